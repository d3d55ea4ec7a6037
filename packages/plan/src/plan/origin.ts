/** Where a value of the plan comes from. */
export type Origin =
  /** The author wrote it, at this path of the definition. */
  | { readonly kind: 'given'; readonly pass: string; readonly from: string }
  /** A default of the plan's defaults version; `option` is where one could set it, `why` says why it is what it is. */
  | { readonly kind: 'defaulted'; readonly pass: string; readonly option: string; readonly why: string }
  /** Computed from other values; `from` names them. */
  | {
      readonly kind: 'derived';
      readonly pass: string;
      readonly from: readonly string[];
      readonly why: string;
    };
