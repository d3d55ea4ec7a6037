import type { Accounts } from '../accounts/accounts.ts';
import type { CartStore } from '../cart/cart-store.ts';
import type { Checkout } from '../checkout/checkout-routes.ts';
import type { OrderStore } from '../orders/order-store.ts';
import type { ProductStore } from '../products/product-store.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** What the routes of the shop work with. */
export interface ShopParts {
  readonly products: ProductStore;
  readonly carts: CartStore;
  readonly orders: OrderStore;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly checkout: Checkout;
  readonly trustedProxies: number;
}

/** A form as it was sent: every field may be missing, and is text where it is there. */
export type Form = Readonly<Record<string, string | undefined>>;
