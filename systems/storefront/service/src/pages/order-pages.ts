import { type CartLine, cartLimits, cartTotal } from '../cart/cart-store.ts';
import { writeItems } from '../checkout/checkout-input.ts';
import { showMoney, toAmount } from '../money.ts';
import type { Order } from '../orders/order-store.ts';
import { type Html, html } from './html.ts';
import { csrfField, type Frame, hiddenFields, layout } from './layout.ts';
import { art, quantitySelect } from './product-pages.ts';

/** The cart, with the button that buys it. `key` names this purchase: a second click does not buy twice. */
export function cartPage(frame: Frame, csrf: string, lines: readonly CartLine[], key: string): string {
  const { base } = frame;
  const short = lines.some(({ quantity, available }) => quantity > available);
  const total = cartTotal(lines);
  return layout(
    { ...frame, here: 'cart' },
    'Cart',
    lines.length === 0
      ? blank(base, 'Your cart is empty', 'What you put into it stays here until you come back.')
      : html`<div class="basket"><h1>Your cart</h1><ul class="lines">${lines.map((line) => cartLine(base, csrf, line))}</ul>
<p class="sum"><span>Total</span><span>${showMoney(total)}</span></p>
${
  short
    ? html`<p class="notice bad" role="alert">Some of this is no longer there in that number. Change or remove it to go on.</p>`
    : html`<form method="post" action="${base}/checkout">${csrfField(csrf)}${hiddenFields({ key, items: writeItems(lines), total: toAmount(total) })}
<button class="wide">Buy now for ${showMoney(total)}</button></form>
<p class="soft after">Charged to your account. Press once or ten times: it is bought once.</p>`
}</div>`,
  );
}

function cartLine(base: string, csrf: string, line: CartLine): Html {
  const { product, name, quantity, price, available } = line;
  return html`<li>${art(base, { ...line, id: product }, 'art thumb')}
<span class="what"><a href="${base}/products/${product}">${name}</a><br><span class="soft">${showMoney(price)} each</span>
${quantity > available && html`<br><span class="warn">${available === 0 ? 'Sold out' : `Only ${available} left`}</span>`}</span>
<span class="price">${showMoney(price * quantity)}</span>
<span class="change"><form method="post" action="${base}/cart">${csrfField(csrf)}${hiddenFields({ product, set: 1 })}${quantitySelect(quantity, cartLimits.quantity, `Quantity of ${name}`)}<button class="plain" aria-label="Update the quantity of ${name}">Update</button></form>
<form method="post" action="${base}/cart">${csrfField(csrf)}${hiddenFields({ product, set: 1, quantity: 0 })}<button class="plain" aria-label="Remove ${name}">Remove</button></form></span></li>`;
}

/** The order history, newest first. */
export function ordersPage(frame: Frame, orders: readonly Order[], next: string | undefined): string {
  const { base } = frame;
  return layout(
    { ...frame, here: 'orders' },
    'Orders',
    orders.length === 0
      ? blank(base, 'No orders yet', 'When you have bought something, you find it here.')
      : html`<div class="basket"><h1>Your orders</h1>
<ul class="lines">${orders.map(
          ({ id, placedAt, total, items }) => html`<li>
<span class="what"><a class="all" href="${base}/orders/${id}">Order ${id}</a><br><span class="soft">${moment(placedAt)}<br>${items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')}</span></span>
<span class="price">${showMoney(total)}</span></li>`,
        )}</ul>${next !== undefined && html`<p class="more"><a href="${base}/orders?before=${next}">Older orders</a></p>`}</div>`,
  );
}

/** One order; `isNew` right after it was placed. */
export function orderPage(frame: Frame, order: Order, isNew: boolean): string {
  const { base } = frame;
  return layout(
    frame,
    `Order ${order.id}`,
    html`<div class="basket">${isNew && html`<p class="notice" role="status"><strong>Thank you: your order is placed.</strong> It stays in your order history.</p>`}<h1>Order ${order.id}</h1>
<p class="soft">Placed on ${moment(order.placedAt)}</p>
<ul class="lines">${order.items.map(
      ({
        product,
        name,
        quantity,
        price,
      }) => html`<li><span class="what"><a href="${base}/products/${product}">${name}</a><br><span class="soft">${quantity} × ${showMoney(price)}</span></span>
<span class="price">${showMoney(quantity * price)}</span></li>`,
    )}</ul>
<p class="sum"><span>Charged</span><span>${showMoney(order.charged)}</span></p>
<p class="more"><a href="${base}/orders">All orders</a></p></div>`,
  );
}

/** Where a list would be, had it anything in it. */
function blank(base: string, title: string, text: string): Html {
  return html`<div class="blank">${art(base, { id: 0, name: '', picture: 'lantern' })}<h1>${title}</h1><p class="soft">${text}</p><p><a class="button" href="${base || '/'}">Look around</a></p></div>`;
}

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

function moment(iso: string): Html {
  return html`<time datetime="${iso}">${format.format(new Date(iso))} UTC</time>`;
}
