import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Plan } from '@breakwater/plan';
import { openSession, type Session } from '../../src/session.ts';
import { type VerifyOptions, type VerifyReport, verify } from '../../src/verify/index.ts';
import { type Clients, createClients } from '../../src/verify/live/clients.ts';
import { type Live, openLive } from '../../src/verify/live/live.ts';
import { bootstrap, quietToolkit } from '../emulator/bootstrap.ts';
import type { Emulator } from '../emulator/start.ts';
import { assemblyOf, createExistingSecrets } from '../emulator/systems.ts';

/** A system that stands in the emulator, with all that a test needs to look at it and to change it. */
export interface Deployed {
  readonly emulator: Emulator;
  readonly plan: Plan;
  readonly session: Session;
  readonly outputs: Readonly<Record<string, string>>;
  readonly clients: Clients;
  /** As the account is now: nothing is remembered from before. */
  readonly look: () => Live;
  readonly verify: (options?: Partial<VerifyOptions>) => Promise<VerifyReport>;
}

/** What the emulator cannot show, by name and with the reason. Everything else has to pass. */
export const BEYOND_THE_EMULATOR: NonNullable<VerifyOptions['skip']> = [
  {
    id: 'behaviour.*',
    reason: 'The emulator serves no traffic; a local HTTP server stands for it in other tests.',
  },
];

/** Deploys a plan through its cloud assembly. The emulator's environment must be applied. */
export async function deployed(emulator: Emulator, plan: Plan): Promise<Deployed> {
  await bootstrap(emulator, plan.region);
  await createExistingSecrets(plan);
  const assembly = await assemblyOf(plan);
  try {
    const toolkit = quietToolkit(plan.region);
    await toolkit.deploy(await toolkit.fromAssemblyDirectory(assembly.directory));
  } finally {
    await assembly.remove();
  }
  const session = await openSession({ region: plan.region });
  const clients = createClients(session);
  await scaleToMinimum(clients, plan);
  const outputs = await outputsOf(session);
  return {
    emulator,
    plan,
    session,
    outputs,
    clients,
    look: () => openLive(session, { plan, outputs }),
    verify: (options) => verify(session, { plan, outputs, skip: BEYOND_THE_EMULATOR, ...options }),
  };
}

/**
 * What Application Auto Scaling does as soon as it knows a service: the template leaves the count to it, ECS begins with
 * one task, and it raises that to the minimum. The emulator has no autoscaling.
 */
async function scaleToMinimum({ ecs }: Clients, plan: Plan): Promise<void> {
  for (const { name, scaling } of Object.values(plan.services)) {
    if (scaling === null) continue;
    await ecs.send(
      new UpdateServiceCommand({ cluster: plan.cluster.name, service: name, desiredCount: scaling.minimum }),
    );
  }
}

async function outputsOf({ region }: Session): Promise<Record<string, string>> {
  const { Stacks = [] } = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({}));
  return Object.fromEntries(
    Stacks.flatMap(({ Outputs = [] }) =>
      Outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
    ),
  );
}

/** Ids of the checks that failed. */
export function failedIds({ checks }: VerifyReport): string[] {
  return checks
    .filter(({ state }) => state === 'failed')
    .map(({ id }) => id)
    .sort();
}

/** The failed checks with their texts, for a message. */
export function failures({ checks }: VerifyReport): string[] {
  return checks
    .filter(({ state }) => state === 'failed')
    .map(({ id, expected, found }) => `${id}: expected ${expected}; found ${found}`);
}
