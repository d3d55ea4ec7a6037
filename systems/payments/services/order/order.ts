import type { OrderState, Outcome } from './machine.ts';

export interface Item {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** In the currency's smallest unit. */
  readonly unitPrice: number;
}

/** What a customer asks for. */
export interface OrderRequest {
  readonly customer: { readonly name: string; readonly email: string };
  readonly items: readonly Item[];
  readonly currency: string;
  readonly paymentMethod: string;
}

/** An order as it is kept. Times in ISO 8601, UTC. */
export interface Order extends OrderRequest {
  readonly id: string;
  readonly state: OrderState;
  /** Grows by one with each change. */
  readonly version: number;
  readonly total: number;
  readonly acceptedAt: string;
  readonly updatedAt: string;
  /** When a charge without an outcome is called off. */
  readonly giveUpAt: string;
  /** The provider's reference of the charge. */
  readonly reference: string | null;
  /** Why it was declined or called off. */
  readonly reason: string | null;
}

/** One change of an order's state. */
export interface OrderEvent {
  /** From 1, without gaps. */
  readonly number: number;
  readonly at: string;
  readonly from: OrderState | null;
  readonly to: OrderState;
  readonly outcome: Outcome | 'accepted';
  readonly reason: string | null;
}

/** Greatest total, in the currency's smallest unit. */
export const greatestTotal = 1_000_000_000;

/** Exact as long as the limits of the request's fields hold: below 2^53. */
export function totalOf(items: readonly Item[]): number {
  return items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}

/** Where an order's message waits until it has been delivered: orders spread over so many partitions. */
export const outboxShards = 8;

export function shardOf(orderId: string): number {
  return Number.parseInt(orderId.slice(0, 2), 16) % outboxShards;
}
