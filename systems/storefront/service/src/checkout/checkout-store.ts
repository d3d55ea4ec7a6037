import type { Database } from '../database/database.ts';
import type { Cents } from '../money.ts';
import type { CheckoutRequest } from './checkout-input.ts';

/** How a checkout ended. Only `placed` has changed anything. */
export type CheckoutOutcome =
  | { readonly kind: 'placed'; readonly order: string; readonly total: Cents }
  | { readonly kind: 'repeated'; readonly order: string; readonly total: Cents }
  | { readonly kind: 'sold-out'; readonly short: readonly Shortage[] }
  | { readonly kind: 'price-changed'; readonly total: Cents }
  | { readonly kind: 'unknown-product'; readonly products: readonly number[] }
  | { readonly kind: 'key-reused' };

/** A product of which there is less than was wanted. */
export interface Shortage {
  readonly product: number;
  readonly name: string;
  readonly wanted: number;
  readonly available: number;
}

const statement = { name: 'checkout', text: 'SELECT place, outcome, detail FROM checkout_v1($1::jsonb)' };

/** Works off checkouts in one transaction: all answers are committed when the promise resolves. The answers are in the order of the requests. */
export async function placeOrders(
  database: Database,
  requests: readonly CheckoutRequest[],
): Promise<readonly CheckoutOutcome[]> {
  const rows = await database.write(statement, [JSON.stringify(requests)]);
  const outcomes = new Map(rows.map(([place, kind, detail]) => [Number(place), toOutcome(kind, detail)]));
  return requests.map((_, place) => {
    const outcome = outcomes.get(place);
    if (outcome === undefined) throw new Error(`checkout_v1 gave no answer for place ${place}`);
    return outcome;
  });
}

function toOutcome(kind: string | null | undefined, text: string | null | undefined): CheckoutOutcome {
  // As checkout_v1 builds it.
  const detail = JSON.parse(text ?? '{}') as {
    readonly order: number;
    readonly total: number;
    readonly short: readonly Shortage[];
    readonly products: readonly number[];
  };
  switch (kind) {
    case 'placed':
    case 'repeated':
      return { kind, order: String(detail.order), total: detail.total };
    case 'sold-out':
      return { kind, short: detail.short };
    case 'price-changed':
      return { kind, total: detail.total };
    case 'unknown-product':
      return { kind, products: detail.products };
    case 'key-reused':
      return { kind };
    default:
      throw new Error(`checkout_v1 answered ${kind}`);
  }
}
