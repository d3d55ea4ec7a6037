import type { Plan } from '@breakwater/plan';
import { AwsError } from './aws-error.ts';
import type { FlatOutputs } from './outputs.ts';
import { plannedName } from './planned-name.ts';

/** What Pulumi shows in place of a secret. */
const MASKED = '[secret]';

const COMMAND = 'pulumi stack output --json';

/**
 * The plan's outputs from what `pulumi stack output --json` prints. Other outputs of the program are left out.
 *
 * @throws AwsError `unexpected` when it is something else, lacks an output, or belongs to another system or environment
 */
export function readPulumiOutputs(text: string, plan: Plan): FlatOutputs {
  const fix = `Give what \`${COMMAND}\` prints for the stack of ${plan.env}: \`${COMMAND} | breakwater outputs --env ${plan.env} --from -\`.`;
  if (text.trim() === '') {
    throw new AwsError('unexpected', 'The outputs are empty', {
      why: `\`${COMMAND}\` has printed nothing, and said on standard error why`,
      fix,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError('unexpected', 'The outputs are not JSON', { why, fix, cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new AwsError('unexpected', 'The outputs are no JSON object', { fix });
  const given = json as Readonly<Record<string, unknown>>; // an object, as was just seen
  const wrong = plan.outputs.flatMap(({ key }) => problemOf(key, given[key]));
  if (wrong.length > 0) {
    throw new AwsError('unexpected', `The outputs are not those of ${plan.system} in ${plan.env}`, {
      why: wrong.join('; '),
      fix: `${fix} The stack must be up to date: \`pulumi up\` writes its outputs.`,
    });
  }
  // problemOf has found nothing: each is there, and a text.
  const values = Object.fromEntries(plan.outputs.map(({ key }) => [key, given[key] as string]));
  checkOutputs(values, plan);
  return values;
}

function problemOf(key: string, value: unknown): readonly string[] {
  if (value === undefined) return [`${key} is missing`];
  if (typeof value !== 'string') return [`${key} is not a text`];
  if (value === MASKED) return [`${key} is masked as a secret, which no output of a system is`];
  return value === '' ? [`${key} is empty`] : [];
}

/**
 * Looks whether outputs can be those of a plan, by the names among them: there is one file for all environments.
 * Default names of buckets count only where the plan knows its account.
 *
 * @throws AwsError `unexpected` when they belong to something else
 */
export function checkOutputs(values: FlatOutputs, plan: Plan): void {
  const others = plan.outputs.flatMap(({ key, value }) => {
    if (value.kind === 'bucket' && plan.account === null) return [];
    const [name, found] = [plannedName(value, plan), values[key]];
    return name === null || found === undefined || found === name ? [] : [`${key} is ${found}, not ${name}`];
  });
  if (others.length === 0) return;
  throw new AwsError(
    'unexpected',
    `The outputs are of another system or environment than ${plan.system} ${plan.env}`,
    {
      why: others.join('; '),
      fix: 'Choose the Pulumi stack with --stack, or the environment with --env, so that both mean the same.',
    },
  );
}

/**
 * The plan that outputs belong to. Default names of buckets hold a hash of the account where it is known, and a Pulumi stack need not
 * know it: the buckets in the outputs tell.
 *
 * @param known the plan with its account
 * @param unknown the same without
 * @returns `known`, unless all buckets have the names of `unknown`; those then, in the account of `known`
 */
export function planOfOutputs(values: FlatOutputs, known: Plan, unknown: Plan): Plan {
  const named = (plan: Plan) =>
    plan.outputs.flatMap(({ key, value }) =>
      value.kind === 'bucket' && value.field === 'name' ? [values[key] === plannedName(value, plan)] : [],
    );
  const isOfUnknown = named(known).includes(false) && named(unknown).every(Boolean);
  return isOfUnknown ? { ...unknown, account: known.account } : known;
}
