import { createRequire } from 'node:module';
import { App, type AppProps } from 'aws-cdk-lib';

/** How stacks refer to each other. See docs/decisions/0008-stacks.md. */
export const WEAK_REFERENCES = { '@aws-cdk/core:defaultCrossStackReferences': 'weak' } as const;

/**
 * A CDK app as Breakwater's stacks want it: all recommended feature flags, weak references between stacks, and templates that hold
 * nothing but the system (no usage metadata, no asset paths), so that the same plan always gives the same bytes.
 *
 * @example
 * const app = createApp({ outdir: 'cdk.out' });
 * createStacks(app, { plan });
 * app.synth();
 */
export function createApp(props: AppProps = {}): App {
  // A JSON module would be an experimental import in Node 20.
  const flags = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') as Record<
    string,
    unknown // the file maps the flags' names to their recommended values
  >;
  return new App({
    analyticsReporting: false,
    ...props,
    context: { ...flags, ...WEAK_REFERENCES, ...props.context },
  });
}
