import { DIAGNOSTICS, type DiagnosticCode } from './catalogue.ts';

/** How bad: an error refuses the plan, a warning is a risk, an information is worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** One finding about a definition. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Where in the definition: `services.catalog.scaling.tasks`; empty for the whole. */
  readonly path: string;
  /** What is wrong, with the value given. */
  readonly message: string;
  /** What would be right. */
  readonly fix: string;
}

/** Values of a diagnostic's placeholders. */
export type Parameters = Readonly<Record<string, string | number>>;

function fill(text: string, parameters: Parameters): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    // What an author wrote is shown on a terminal: control characters in it must not reach one.
    return value === undefined ? whole : String(value).replace(/\p{Cc}/gu, '\uFFFD');
  });
}

/** A finding by its code; its sentences come from the catalogue. */
export function diagnostic(code: DiagnosticCode, path: string, parameters: Parameters = {}): Diagnostic {
  const entry = DIAGNOSTICS[code];
  return {
    code,
    severity: entry.severity,
    path,
    message: fill(entry.message, parameters),
    fix: fill(entry.fix, parameters),
  };
}
