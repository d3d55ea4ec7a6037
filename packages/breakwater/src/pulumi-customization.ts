import type { ProgramOptions } from '@breakwater/pulumi';
import { loadCustomization } from './customization.ts';

const KIND = { name: 'breakwater.pulumi', keys: ['transform', 'created'] };

/**
 * What `breakwater.pulumi.ts`, beside the definition, may export as default: what `programOf` takes as its options. A Pulumi program
 * imports the same file, so that it, `synth` and `eject` agree.
 *
 * @throws CliError when it is not usable
 */
export async function loadPulumiCustomization(directory: string, env: string): Promise<ProgramOptions> {
  const given = await loadCustomization(KIND, directory, env);
  return (given ?? {}) as ProgramOptions; // loadCustomization looked at its fields
}
