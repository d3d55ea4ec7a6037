import type { SystemStacks, Transform } from '@breakwater/cdk';
import type { AcknowledgedFinding } from '@breakwater/cdk/check';
import { loadCustomization } from './customization.ts';

/** What `breakwater.cdk.ts`, beside the definition, may export as default: the two ways out of what a definition can say, and what `check` may leave. */
export interface CdkCustomization {
  /** Changes what constructs are created with. */
  readonly transform?: Transform;
  /** Called with everything that was created, before it is synthesised. */
  readonly created?: (system: SystemStacks) => void;
  /** Findings of `breakwater check` that stay as they are, and why. */
  readonly acknowledgements?: readonly AcknowledgedFinding[];
}

const KEYS = ['transform', 'created', 'acknowledgements'];

/** Loads the customization beside a definition; empty where there is none. @throws CliError when it is not usable. */
export async function loadCdkCustomization(directory: string, env: string): Promise<CdkCustomization> {
  const given = await loadCustomization(
    {
      name: 'breakwater.cdk',
      keys: KEYS,
      mistakes: ({ acknowledgements }) => wrongAcknowledgements(acknowledgements),
    },
    directory,
    env,
  );
  return (given ?? {}) as CdkCustomization; // loadCustomization looked at its fields
}

const ACKNOWLEDGEMENT_KEYS = ['rule', 'where', 'reason'];

/** Mistakes in acknowledgements, a phrase each. One without a reason is none. */
function wrongAcknowledgements(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return ['acknowledgements must be a list of { rule, where, reason }'];
  return given.flatMap((each: unknown, index) => {
    const entry = Object(each) as Readonly<Record<string, unknown>>; // whatever it is: its fields are looked at
    const isText = (key: string) => typeof entry[key] === 'string' && entry[key].trim() !== '';
    const at = `acknowledgements[${index}]`;
    return [
      ...['rule', 'reason'].filter((key) => !isText(key)).map((key) => `${at}.${key} must be a text`),
      ...(entry['where'] === undefined || isText('where') ? [] : [`${at}.where must be a text`]),
      ...Object.keys(entry)
        .filter((key) => !ACKNOWLEDGEMENT_KEYS.includes(key))
        .map((key) => `${at}.${key} is not known`),
    ];
  });
}
