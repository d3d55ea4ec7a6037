/**
 * The life of an order. Each order begins as `accepted` and ends as `completed`, `rejected` or `cancelled`:
 *
 * accepted → charged → completed; accepted → declined → rejected; accepted → cancelling → voided → cancelled.
 */
export type OrderState =
  | 'accepted'
  | 'charged'
  | 'declined'
  | 'cancelling'
  | 'voided'
  | 'completed'
  | 'rejected'
  | 'cancelled';

/** What can be learned about an order; each moves it on. */
export type Outcome =
  /** The money was taken. */
  | 'charged'
  /** The provider refused; no money was taken, and none will be. */
  | 'declined'
  /** The charge had no outcome in all the time that it was given. */
  | 'gave-up'
  /** The charge was called off before it was made, and will never be made. */
  | 'voided'
  /** The customer's notification is on record. */
  | 'notified';

/** What is to be done next: the message in the order's outbox. */
export type Step = 'charge' | 'cancel-charge' | 'notify';

const moves: Readonly<Record<OrderState, Readonly<Partial<Record<Outcome, OrderState>>>>> = {
  accepted: { charged: 'charged', declined: 'declined', 'gave-up': 'cancelling' },
  // A charge that we gave up may have been made after all.
  cancelling: { charged: 'charged', declined: 'declined', voided: 'voided' },
  charged: { notified: 'completed' },
  declined: { notified: 'rejected' },
  voided: { notified: 'cancelled' },
  completed: {},
  rejected: {},
  cancelled: {},
};

const steps: Readonly<Record<OrderState, Step | null>> = {
  accepted: 'charge',
  cancelling: 'cancel-charge',
  charged: 'notify',
  declined: 'notify',
  voided: 'notify',
  completed: null,
  rejected: null,
  cancelled: null,
};

/** @throws Error for an outcome that this state cannot have: a mistake in the program */
export function nextState(state: OrderState, outcome: Outcome): OrderState {
  const next = moves[state][outcome];
  if (next === undefined) throw new Error(`An order that is ${state} cannot become ${outcome}.`);
  return next;
}

/** Null for an order in a final state. */
export function stepOf(state: OrderState): Step | null {
  return steps[state];
}

export function isFinal(state: OrderState): boolean {
  return steps[state] === null;
}

/** Every state, for descriptions and tests. */
export const orderStates = Object.keys(moves) as readonly OrderState[]; // The record has exactly these keys.

/** Every move from state to state that there is. */
export const legalMoves: readonly (readonly [OrderState, OrderState])[] = orderStates.flatMap((from) =>
  Object.values(moves[from]).map((to) => [from, to] as const),
);
