import { cartLimits } from '../cart/cart-store.ts';
import { showMoney } from '../money.ts';
import type { Product } from '../products/product-store.ts';
import { type Html, html } from './html.ts';
import { csrfField, type Frame, layout } from './layout.ts';

/** The shop: all products, or those of a category. */
export function shopPage(
  frame: Frame,
  list: {
    readonly products: readonly Product[];
    readonly categories: readonly string[];
    readonly category: string | undefined;
    readonly next: string | undefined;
  },
): string {
  const { base } = frame;
  const { products, categories, category, next } = list;
  const home = base || '/';
  const query = category === undefined ? '' : `category=${encodeURIComponent(category)}&`;
  return layout(
    frame,
    category ?? 'Shop',
    html`<h1>${category ?? 'Things for good evenings'}</h1>
<nav aria-label="Categories"><ul class="filters">
<li><a href="${home}"${category === undefined && html` aria-current="page"`}>All</a></li>
${categories.map((each) => html`<li><a href="${home}?category=${encodeURIComponent(each)}"${each === category && html` aria-current="page"`}>${each}</a></li>`)}
</ul></nav>
${products.length === 0 && html`<p>There is nothing here.</p>`}
<ul class="grid">${products.map((product) => card(base, product))}</ul>
${next !== undefined && html`<p><a href="${home}?${query}cursor=${next}">More</a></p>`}`,
  );
}

function card(base: string, product: Product): Html {
  const { id, name, price } = product;
  return html`<li class="card">${art(product)}<div>
<h2><a href="${base}/products/${id}">${name}</a></h2>
<span class="price">${showMoney(price)}</span>${stock(product)}
</div></li>`;
}

/** One product, with the button that puts it into the cart. */
export function productPage(frame: Frame, product: Product): string {
  const { base, session } = frame;
  const { id, name, description, category, price, available } = product;
  const most = Math.min(cartLimits.quantity, available);
  const buy =
    session === undefined
      ? html`<a class="button wide" href="${base}/sign-in?next=${base}/products/${id}">Sign in to buy</a>`
      : html`<form method="post" action="${base}/cart">${csrfField(session.csrf)}
<input type="hidden" name="product" value="${id}">
<label>Quantity ${quantitySelect(1, most)}</label>
<button class="wide">Add to cart</button></form>`;
  return layout(
    frame,
    name,
    html`<div class="product">${art(product)}<div>
<p class="soft">${category}</p><h1>${name}</h1>
<p class="price">${showMoney(price)}</p><p>${description}</p>
<p>${stock(product)}</p>
${available > 0 && buy}
</div></div>`,
  );
}

/** A choice of quantities. */
export function quantitySelect(chosen: number, most: number): Html {
  const numbers = Array.from({ length: Math.max(most, chosen) }, (_, index) => index + 1);
  return html`<select name="quantity" aria-label="Quantity">${numbers.map((each) => html`<option${each === chosen && html` selected`}>${each}</option>`)}</select>`;
}

const tints = 5;

/** A picture made of a letter and a colour. */
function art({ name, category }: Product): Html {
  const sum = [...category].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return html`<div class="art tint-${sum % tints}" aria-hidden="true">${[...name][0] ?? ''}</div>`;
}

function stock({ available }: Product): Html {
  if (available === 0) return html`<span class="warn">Sold out</span>`;
  return available <= 20
    ? html`<span class="warn">Only ${available} left</span>`
    : html`<span class="soft">${available} in stock</span>`;
}
