import { type CartLine, cartLimits, cartTotal } from '../cart/cart-store.ts';
import { writeItems } from '../checkout/checkout-input.ts';
import { showMoney, toAmount } from '../money.ts';
import type { Order } from '../orders/order-store.ts';
import { html } from './html.ts';
import { csrfField, type Frame, layout } from './layout.ts';
import { quantitySelect } from './product-pages.ts';

/** The cart, with the button that buys it. `key` names this purchase: a second click does not buy twice. */
export function cartPage(frame: Frame, csrf: string, lines: readonly CartLine[], key: string): string {
  const { base } = frame;
  const short = lines.some(({ quantity, available }) => quantity > available);
  const total = cartTotal(lines);
  return layout(
    frame,
    'Cart',
    lines.length === 0
      ? html`<h1>Your cart is empty</h1><p><a class="button" href="${base || '/'}">Look around</a></p>`
      : html`<h1>Your cart</h1><ul class="lines">${lines.map(
          ({ product, name, quantity, price, available }) => html`<li>
<span class="what"><a href="${base}/products/${product}">${name}</a><br><span class="soft">${showMoney(price)} each</span>
${quantity > available && html`<br><span class="warn">${available === 0 ? 'Sold out' : `Only ${available} left`}</span>`}</span>
<form method="post" action="${base}/cart">${csrfField(csrf)}<input type="hidden" name="product" value="${product}"><input type="hidden" name="set" value="1">
${quantitySelect(quantity, cartLimits.quantity)}<button class="plain">Update</button></form>
<form method="post" action="${base}/cart">${csrfField(csrf)}<input type="hidden" name="product" value="${product}"><input type="hidden" name="set" value="1"><input type="hidden" name="quantity" value="0"><button class="plain">Remove</button></form>
<span class="price">${showMoney(price * quantity)}</span></li>`,
        )}</ul>
<p class="sum"><span>Total</span><span>${showMoney(total)}</span></p>
${
  short
    ? html`<p class="notice bad">Some of this is no longer there in that number. Change or remove it to go on.</p>`
    : html`<form method="post" action="${base}/checkout">${csrfField(csrf)}
<input type="hidden" name="key" value="${key}"><input type="hidden" name="items" value="${writeItems(lines)}"><input type="hidden" name="total" value="${toAmount(total)}">
<button class="wide">Buy now for ${showMoney(total)}</button></form>
<p></p><p class="soft">Charged to your account. Press once or ten times: it is bought once.</p>`
}`,
  );
}

/** The order history, newest first. */
export function ordersPage(frame: Frame, orders: readonly Order[], next: string | undefined): string {
  const { base } = frame;
  return layout(
    frame,
    'Orders',
    html`<h1>Your orders</h1>${orders.length === 0 && html`<p>You have not ordered anything yet.</p>`}
<ul class="lines">${orders.map(
      ({ id, placedAt, total, items }) => html`<li>
<span class="what"><a href="${base}/orders/${id}">Order ${id}</a><br><span class="soft">${day(placedAt)} · ${items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')}</span></span>
<span class="price">${showMoney(total)}</span></li>`,
    )}</ul>${next !== undefined && html`<p><a href="${base}/orders?before=${next}">Older</a></p>`}`,
  );
}

/** One order; `isNew` right after it was placed. */
export function orderPage(frame: Frame, order: Order, isNew: boolean): string {
  const { base } = frame;
  return layout(
    frame,
    `Order ${order.id}`,
    html`${isNew && html`<p class="notice" role="status">Thank you: your order is placed.</p>`}<h1>Order ${order.id}</h1>
<p class="soft">Placed on ${day(order.placedAt)}</p>
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
<p><a href="${base}/orders">All orders</a></p>`,
  );
}

/** A refusal as a page. */
export function problemPage(frame: Frame, title: string, detail: string, back: string): string {
  return layout(
    frame,
    title,
    html`<h1>${title}</h1><p class="notice bad" role="alert">${detail}</p><p><a class="button" href="${back}">Go on</a></p>`,
  );
}

function day(iso: string): string {
  return `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`;
}
