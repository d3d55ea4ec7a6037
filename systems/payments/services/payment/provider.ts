/** What a provider is asked to charge. */
export interface ProviderCharge {
  /** The provider carries out one charge per key, however often it is asked. */
  readonly key: string;
  readonly order: string;
  /** In the currency's smallest unit. */
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** A provider's last word on a key. It never changes. */
export type ProviderOutcome =
  | { readonly kind: 'charged'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reason: string }
  /** Called off before it was carried out; the key will never be charged. */
  | { readonly kind: 'cancelled' };

/** There was no answer in time; what happened is unknown until the provider is asked again. */
export class ProviderTimeout extends Error {}

/** Who moves the money. */
export interface PaymentProvider {
  /** @throws ProviderTimeout; asked again with the same key, it gives the outcome of the one charge */
  charge(charge: ProviderCharge, timeoutMs: number): Promise<ProviderOutcome>;
  /** Makes sure that the key is not charged from now on; tells when it was before. */
  cancel(charge: ProviderCharge, timeoutMs: number): Promise<ProviderOutcome>;
  /** Told of outcomes that come by themselves: late, or once more. */
  onOutcome(listener: (charge: ProviderCharge, outcome: ProviderOutcome) => void): void;
}
