/** Where a table comes from and when it was read. */
export interface Source {
  readonly title: string;
  readonly url: string;
  /** ISO date on which the values were checked. */
  readonly checked: string;
}
