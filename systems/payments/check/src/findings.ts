/** What can be wrong; each is a promise that was broken. */
export type Rule =
  | 'lost-order'
  | 'order-not-final'
  | 'broken-history'
  | 'message-left'
  | 'double-charge'
  | 'charge-without-order'
  | 'order-without-charge'
  | 'wrong-amount'
  | 'ledger-disagrees'
  | 'unbalanced-entries'
  | 'notification-missing'
  | 'notification-twice'
  | 'notification-without-order'
  | 'wrong-notification';

export interface Violation {
  readonly rule: Rule;
  readonly order: string;
  readonly detail: string;
}

/** What was counted, so that an empty system does not pass for a faultless one. */
export interface Counts {
  readonly orders: number;
  readonly completed: number;
  readonly rejected: number;
  readonly cancelled: number;
  readonly notFinal: number;
  /** Movements of money on the provider's record. */
  readonly charged: number;
  readonly notifications: number;
}

export interface Findings {
  readonly counts: Counts;
  readonly violations: readonly Violation[];
}
