import { createApp } from './app.ts';
import type { SystemProps } from './system-props.ts';
import { createStacks, type SystemStacks } from './system-stacks.ts';

/** What `synthesize` is told. */
export interface SynthesizeProps extends SystemProps {
  /** Folder that the cloud assembly is written to. */
  readonly outdir: string;
  /** What is known of the account, under the keys of `cdk.context.json`; the CDK asks for what is missing. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Called with everything that was created, before it is synthesised: the second of the two ways out. */
  readonly created?: (system: SystemStacks) => void;
}

/**
 * Writes the cloud assembly of a system: templates, assets and manifest, as `cdk synth` does.
 * The `cdk` command line and `@aws-cdk/toolkit-lib` read it.
 */
export function synthesize({ outdir, context, created, ...props }: SynthesizeProps): void {
  const app = createApp({ outdir, ...(context === undefined ? {} : { context }) });
  const system = createStacks(app, props);
  created?.(system);
  app.synth();
}
