import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import { AwsError } from './aws-error.ts';
import type { Session } from './session.ts';
import { ownStacks } from './stacks/read.ts';

/** Values by the plan's output keys. */
export type FlatOutputs = Readonly<Record<string, string>>;

/** Where the outputs are written, in the definition's folder. */
export const OUTPUTS_FILE = 'cfn-outputs/flat-outputs.json';

/**
 * The outputs of a deployed system, in the plan's order.
 *
 * @throws AwsError `nothing-deployed` when it has no stack
 */
export async function outputs(session: Session, plan: Plan): Promise<FlatOutputs> {
  const stacks = await ownStacks(session, plan);
  if (stacks.length === 0) throw nothingDeployed(plan, session.region);
  const values = Object.assign({}, ...stacks.map((stack) => stack.outputs)) as Record<string, string>; // outputs of stacks are texts
  return Object.fromEntries(
    plan.outputs.flatMap(({ key }) => {
      const value = values[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** What to say where a system is not deployed. */
export function nothingDeployed({ system, env }: Pick<Plan, 'system' | 'env'>, region: string): AwsError {
  return new AwsError('nothing-deployed', `${system} is not deployed to ${env} in ${region}`, {
    fix: `Run \`breakwater deploy --env ${env}\` first, or give another --env or --region. What Pulumi deploys has no stack in CloudFormation.`,
  });
}

/** Writes `cfn-outputs/flat-outputs.json` into a folder, at once or not at all. */
export async function writeFlatOutputs(directory: string, values: FlatOutputs): Promise<string> {
  const file = join(directory, OUTPUTS_FILE);
  await mkdir(join(directory, 'cfn-outputs'), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(values, null, 2)}\n`);
  await rename(draft, file);
  return file;
}

/**
 * Reads outputs as they are found in `flat-outputs.json`: `{ "Key": "value" }`, or CloudFormation's list of
 * `{ "OutputKey": …, "OutputValue": … }`.
 *
 * @throws AwsError `unexpected` for anything else
 */
export function readFlatOutputs(text: string): FlatOutputs {
  const fix =
    'Give an object of texts, or a list of { "OutputKey", "OutputValue" }; `breakwater deploy` writes the former.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AwsError('unexpected', 'The outputs are not JSON', { why: String(error), fix, cause: error });
  }
  if (Array.isArray(json)) {
    return Object.fromEntries(
      json.map((entry: unknown, index) => {
        if (typeof entry === 'object' && entry !== null && 'OutputKey' in entry && 'OutputValue' in entry) {
          const { OutputKey, OutputValue } = entry;
          if (typeof OutputKey === 'string' && typeof OutputValue === 'string')
            return [OutputKey, OutputValue];
        }
        throw new AwsError('unexpected', `Entry ${index} of the outputs has no OutputKey and OutputValue`, {
          fix,
        });
      }),
    );
  }
  if (typeof json !== 'object' || json === null) {
    throw new AwsError('unexpected', 'The outputs are neither an object nor a list', { fix });
  }
  return Object.fromEntries(
    Object.entries(json).map(([key, value]: [string, unknown]) => {
      if (typeof value === 'string') return [key, value];
      throw new AwsError('unexpected', `The output ${key} is not a text`, { fix });
    }),
  );
}
