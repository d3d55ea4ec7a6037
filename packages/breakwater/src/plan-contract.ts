import type { Plan } from '@breakwater/plan';

/** A finding about a definition. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** What the command line uses of `@breakwater/plan`. */
export interface PlanModule {
  resolve(
    definition: unknown,
    options: { readonly env: string; readonly region?: string },
  ): { readonly plan: Plan | null; readonly diagnostics: readonly Diagnostic[] };
  formatDiagnostics(diagnostics: readonly Diagnostic[]): string;
}

/** Loads the resolver. */
export async function loadPlanModule(): Promise<PlanModule> {
  const module: unknown = await import('@breakwater/plan');
  // The package exports these; the interface above is the part of it that is used here.
  return module as PlanModule;
}
