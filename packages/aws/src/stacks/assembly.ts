import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ICloudAssemblySource,
  StackSelectionStrategy,
  type StackSelector,
  type Toolkit,
} from '@aws-cdk/toolkit-lib';
import { AwsError } from '../aws-error.ts';
import { messageOf } from '../failures.ts';
import { parseTemplate, type Template } from './template.ts';

/** What the caller is to synthesise: `images` are references with digests, `<repository>@sha256:…`, by service; a service without one runs its tag. */
export interface SynthesisRequest {
  readonly images: Readonly<Record<string, string>>;
  readonly outdir: string;
}

/** Writes a cloud assembly with a stack for each of the plan's, under the same names. */
export type Synthesize = (request: SynthesisRequest) => Promise<void>;

/** A cloud assembly in a temporary folder. */
export interface Assembly {
  readonly directory: string;
  readonly template: (stackName: string) => Promise<Template>;
  readonly remove: () => Promise<void>;
}

/** Has the templates written for these images. */
export async function synthesizeAssembly(
  synthesize: Synthesize,
  images: Readonly<Record<string, string>>,
): Promise<Assembly> {
  const assembly = await emptyAssembly();
  try {
    await synthesize({ images, outdir: assembly.directory });
  } catch (error) {
    await assembly.remove();
    throw error;
  }
  return assembly;
}

/** A temporary folder that an assembly is written into. */
export async function emptyAssembly(): Promise<Assembly> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-assembly-'));
  return {
    directory,
    template: async (stackName) => {
      try {
        return parseTemplate(await readFile(join(directory, `${stackName}.template.json`), 'utf8'));
      } catch (error) {
        throw new AwsError('unexpected', `The assembly has no template for ${stackName}`, {
          why: messageOf(error),
          fix: 'Synthesise all stacks of the plan, under the names that it gives them.',
          cause: error,
        });
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The assembly as the toolkit takes it. */
export function sourceOf(toolkit: Toolkit, assembly: Assembly): Promise<ICloudAssemblySource> {
  return toolkit.fromAssemblyDirectory(assembly.directory);
}

/** Exactly one stack of an assembly. */
export function only(stackName: string): StackSelector {
  return { strategy: StackSelectionStrategy.PATTERN_MUST_MATCH_SINGLE, patterns: [stackName] };
}
