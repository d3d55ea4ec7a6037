import type { Session } from '@breakwater/aws';
import type { Plan } from '@breakwater/plan';
import { loadCdkCustomization } from './cdk-customization.ts';
import { loadAws, loadCdk } from './optional-packages.ts';
import {
  type DefinitionOptions,
  environmentName,
  type LoadedPlan,
  loadPlan,
  noteWarnings,
} from './resolve-plan.ts';

/** Options of every command that talks to an AWS account. */
export interface AccountOptions extends DefinitionOptions {
  readonly profile?: string;
}

/** A system and the account that it belongs to. */
export interface Account {
  readonly aws: typeof import('@breakwater/aws');
  readonly session: Session;
  /** Of this very account. */
  readonly loaded: LoadedPlan;
  /** The plan without the account, as a Pulumi stack has it that does not say its account. */
  readonly unknown: Plan;
}

/**
 * Loads the definition and finds out whose account it is: the plan is that of this very account.
 * @throws CliError for a definition with mistakes, AwsError for credentials
 */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const first = await loadPlan(options);
  await noteWarnings(first);
  const aws = await loadAws();
  const { profile } = options;
  const session = await aws.openSession({
    region: first.plan.region,
    ...(profile === undefined ? {} : { profile }),
  });
  const loaded = await loadPlan({ ...options, account: session.account });
  return { aws, session, loaded, unknown: first.plan };
}

/**
 * The account meant by a command that asks none: `--account`, else `CDK_DEFAULT_ACCOUNT`, which the `cdk` command line sets to that of
 * the credentials. Names that are unique in all of AWS depend on it.
 */
export function namedAccount(
  { account }: DefinitionOptions,
  { CDK_DEFAULT_ACCOUNT }: NodeJS.ProcessEnv,
): Pick<DefinitionOptions, 'account'> {
  const known = account ?? (CDK_DEFAULT_ACCOUNT || undefined);
  return known === undefined ? {} : { account: known };
}

/**
 * The plan as it is synthesised where nobody can look into the account: with a domain the stacks belong to none, so that the hosted
 * zone is a parameter. The CDK would write a placeholder for an id that it cannot look up.
 */
export function withoutLookups(plan: Plan): Plan {
  const looksUp = plan.loadBalancer?.domain?.hostedZone !== undefined;
  return looksUp ? { ...plan, account: null } : plan;
}

/** Writes a cloud assembly with these images into a folder. */
type Synthesizer = (request: {
  readonly images: Readonly<Record<string, string>>;
  readonly outdir: string;
}) => Promise<void>;

/** How the system is synthesised, with what the folder's `breakwater.cdk.ts` changes and what is known of the account. */
export async function synthesizer(
  { plan, directory }: LoadedPlan,
  options: DefinitionOptions,
  context: Readonly<Record<string, unknown>> = {},
): Promise<Synthesizer> {
  const [{ synthesize }, customization] = await Promise.all([
    loadCdk(),
    loadCdkCustomization(directory, environmentName(options, process.env)),
  ]);
  return async ({ images, outdir }) => synthesize({ plan, images, outdir, context, ...customization });
}

/** The same for an account, where what the CDK would look up is looked up first. */
export async function accountSynthesizer(
  { aws, session, loaded }: Account,
  options: DefinitionOptions,
): Promise<Synthesizer> {
  return synthesizer(loaded, options, await aws.lookupContext(session, loaded.plan));
}
