import { fingerprint, keyReused } from '../common/idempotency.ts';
import { Problem } from '../common/problem.ts';
import type { Charge, ChargeRequest, Ledger } from './ledger.ts';
import {
  type PaymentProvider,
  type ProviderCharge,
  type ProviderOutcome,
  ProviderTimeout,
} from './provider.ts';

/** What can be done with charges. Everything may be repeated at will. */
export interface Charges {
  /** The charge of an order; `pending` when the provider did not answer in time: ask again. */
  charge(request: ChargeRequest, key: string): Promise<Charge>;
  /** Calls a charge off, whether it has arrived yet or not; gives `charged` when it was too late. */
  cancel(request: ChargeRequest, key: string): Promise<Charge>;
}

export interface ChargesOptions {
  readonly ledger: Ledger;
  readonly provider: PaymentProvider;
  /** How long the provider is waited for. Milliseconds. */
  readonly timeoutMs: number;
  /** Told of what a person must look into. */
  readonly onProblem: (order: string, message: string) => void;
}

/** Joins ledger and provider: on record first, then asked, then written down. */
export function createCharges({ ledger, provider, timeoutMs, onProblem }: ChargesOptions): Charges {
  async function settle(order: string, outcome: ProviderOutcome, known?: Charge): Promise<Charge> {
    const charge = await ledger.settle(order, outcome, known);
    const agrees =
      (outcome.kind === 'charged' && charge.reference === outcome.reference) ||
      (outcome.kind === 'declined' && charge.state === 'declined') ||
      (outcome.kind === 'cancelled' && charge.state === 'void');
    if (!agrees)
      onProblem(order, `The ledger says ${charge.state}, and then the provider said ${outcome.kind}.`);
    return charge;
  }

  // Late and repeated answers go the same way as those in time.
  provider.onOutcome(({ order }, outcome) => {
    settle(order, outcome).catch((error: unknown) =>
      // Nothing is lost: whoever asks for the charge again gets the outcome again.
      onProblem(order, `An answer of the provider could not be written down: ${String(error)}`),
    );
  });

  async function open(request: ChargeRequest, key: string): Promise<Charge> {
    const opening = await ledger.open(request, key, fingerprint(request));
    if (opening.kind === 'reused') throw keyReused();
    if (opening.kind === 'taken')
      throw new Problem('already-exists', 'This order has a charge of other content. Nothing was changed.');
    return opening.charge;
  }

  /** The provider knows an order's charge by the order: one key, whoever asks. */
  const asked = ({ order, amount, currency, paymentMethod }: ChargeRequest): ProviderCharge => ({
    key: order,
    order,
    amount,
    currency,
    paymentMethod,
  });

  async function ask(charge: Charge, how: 'charge' | 'cancel'): Promise<Charge> {
    if (charge.state !== 'pending') return charge;
    try {
      return await settle(charge.order, await provider[how](asked(charge), timeoutMs), charge);
    } catch (error) {
      if (error instanceof ProviderTimeout) return charge;
      throw error;
    }
  }

  return {
    charge: async (request, key) => ask(await open(request, key), 'charge'),
    cancel: async (request, key) => ask(await open(request, key), 'cancel'),
  };
}
