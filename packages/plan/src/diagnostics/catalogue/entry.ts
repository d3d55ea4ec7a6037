/** A kind of finding. Placeholders in braces are filled in when it is reported. */
export interface DiagnosticEntry {
  readonly severity: 'error' | 'warning' | 'info';
  readonly title: string;
  readonly message: string;
  /** Why it is refused or worth saying. */
  readonly cause: string;
  readonly fix: string;
}
