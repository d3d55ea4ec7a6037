import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Context, Pass } from './context.ts';

/** Passes that run one after the other; each sees what those before it have added. */
export interface Pipeline<Draft> {
  /** Adds a pass. It compiles only after those that provide what it needs. */
  readonly step: <Added>(pass: Pass<Draft, Added>) => Pipeline<Draft & Added>;
  readonly run: (context: Context) => { readonly draft: Draft; readonly found: readonly Diagnostic[] };
}

/** A pipeline without a pass. */
export function pipeline(): Pipeline<object> {
  return extend((_) => ({ draft: {}, found: [] }));
}

function extend<Draft>(run: Pipeline<Draft>['run']): Pipeline<Draft> {
  return {
    run,
    step: (pass) =>
      extend((context) => {
        const before = run(context);
        const { added, found } = pass(before.draft, context);
        return { draft: { ...before.draft, ...added }, found: [...before.found, ...(found ?? [])] };
      }),
  };
}
