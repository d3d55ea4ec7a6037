import type { Model } from './model.ts';
import { translatePulumi } from './pulumi/assembly.ts';
import type { PulumiRegistration } from './pulumi/registration.ts';
import { readAssembly } from './read-cloudformation.ts';

/**
 * Reads what a Pulumi program would create from what it registers. The program must have been answered by
 * `pulumiResourceAnswer` and `pulumiCallAnswer`: ids and addresses are then the model's words.
 *
 * @param options.outputs the stack's outputs
 *
 * @example
 * const answers = {
 *   resource: (created) => pulumiResourceAnswer(created, plan),
 *   call: (token, args) => pulumiCallAnswer(token, args, plan),
 * };
 * const { registrations, outputs } = await inspect(programOf(definition), { answers });
 * const model = readPulumi(registrations, { outputs, ...plan });
 */
export function readPulumi(
  registrations: readonly PulumiRegistration[],
  options: {
    readonly region: string;
    readonly account?: string | null;
    readonly outputs: Readonly<Record<string, unknown>>;
  },
): Model {
  return readAssembly(translatePulumi(registrations, options.outputs, options), shown(registrations));
}

/** What Pulumi shows and keeps in the open: everything but its secrets. Names of arguments as CloudFormation writes them. */
function shown(registrations: readonly PulumiRegistration[]): string {
  return JSON.stringify(
    registrations.map(({ type, name, inputs, secretInputs }) => ({
      type,
      name,
      inputs: Object.fromEntries(
        Object.entries(inputs)
          .filter(([key]) => !secretInputs.includes(key))
          .map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
      ),
    })),
  );
}
