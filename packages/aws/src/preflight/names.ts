import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { toAwsError } from '../failures.ts';
import type { Session } from '../session.ts';
import { descriptionPrefix } from '../stacks/read.ts';
import { listResources } from '../stacks/resources.ts';
import { mapLimited } from '../work.ts';
import type { Check, Findings } from './findings.ts';
import { combine, NOTHING } from './findings.ts';
import { type Lookup, lookups } from './lookups.ts';

/** Something with a name that AWS allows only once. */
interface Named {
  readonly lookup: Lookup;
  readonly name: string;
}

/** Nothing stands in the account under a name that the plan gives, unless a stack of this system has it. */
export const checkNames: Check = async ({ session, plan, stacks }) => {
  const ours = stacks.filter(({ description }) => description.startsWith(descriptionPrefix(plan)));
  const owned = new Set((await listResources(session, ours)).map(({ physicalId }) => physicalId));
  const wanted = namesOf(session, plan).filter(({ name }) => !owned.has(name));
  return combine(
    await mapLimited(wanted, 8, async ({ lookup, name }): Promise<Findings> => {
      try {
        const found = await lookup.find(name);
        if (found === null || owned.has(found.id)) return NOTHING;
        return { problems: [taken(lookup, name, found.note)], warnings: [] };
      } catch (error) {
        const { message } = toAwsError(error, `look for the ${lookup.noun} ${name}`);
        return {
          problems: [],
          warnings: [`Whether the ${lookup.noun} ${name} is free could not be found out: ${message}.`],
        };
      }
    }),
  );
};

function taken({ noun, remove }: Lookup, name: string, note: string | null): AwsError {
  return new AwsError(
    'name-taken',
    `The ${noun} ${name} exists already, and no stack of this system has it`,
    {
      why: note ?? 'the deployment would fail when it comes to create it',
      fix: `Delete it if nobody needs it${remove === null ? '' : ` (${remove(name)})`}, or change the names in the definition (\`naming\`, \`name\`).`,
    },
  );
}

function namesOf(session: Session, plan: Plan): readonly Named[] {
  const of = lookups(session);
  const each = (lookup: Lookup, names: readonly (string | null | undefined)[]): Named[] =>
    names.flatMap((name) => (typeof name === 'string' ? [{ lookup, name }] : []));
  const clusters = Object.values(plan.databases).filter(({ engine }) => engine.kind === 'aurora-postgresql');
  const instances = Object.values(plan.databases).filter(({ engine }) => engine.kind === 'postgresql');
  const generated = Object.values(plan.secrets).filter(({ kind }) => kind === 'generated');
  return [
    ...each(
      of.repository,
      Object.values(plan.services).map(({ registry }) => registry?.name),
    ),
    ...each(
      of.table,
      Object.values(plan.tables).map(({ name }) => name),
    ),
    ...each(
      of.bucket,
      Object.values(plan.buckets).map(({ name }) => name),
    ),
    ...each(
      of.logGroup,
      Object.values(plan.logGroups).map(({ name }) => name),
    ),
    ...each(
      of.secret,
      generated.map(({ name }) => name),
    ),
    ...each(
      of.databaseCluster,
      clusters.map(({ name }) => name),
    ),
    ...each(
      of.databaseInstance,
      instances.map(({ name }) => name),
    ),
    ...each(of.loadBalancer, [plan.loadBalancer?.name]),
  ];
}
