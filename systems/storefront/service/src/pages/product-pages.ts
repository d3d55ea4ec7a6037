import { cartLimits } from '../cart/cart-store.ts';
import { showMoney } from '../money.ts';
import type { Product } from '../products/product-store.ts';
import { type Html, html } from './html.ts';
import { csrfField, type Frame, hiddenFields, layout } from './layout.ts';
import { isPicture, picturesName } from './pictures.ts';

/** Products to show, and how they were chosen. */
export interface Shelf {
  readonly products: readonly Product[];
  readonly categories: readonly string[];
  readonly category: string | undefined;
  readonly search: string | undefined;
  /** Where the next page begins, if there is more. */
  readonly next: string | undefined;
}

/** The shop: all products, those of a category, or those that were searched for. */
export function shopPage(frame: Frame, shelf: Shelf): string {
  const { base } = frame;
  const { products, categories, category, search, next } = shelf;
  const home = base || '/';
  const title = search === undefined ? (category ?? 'Things for good evenings') : `Results for “${search}”`;
  const parameters = new URLSearchParams({
    ...(category !== undefined && { category }),
    ...(search !== undefined && { q: search }),
    ...(next !== undefined && { cursor: next }),
  });
  const filter = (href: string, text: string, chosen: boolean) =>
    html`<li><a href="${href}"${chosen && html` aria-current="page"`}>${text}</a></li>`;
  return layout(
    frame,
    search ?? category ?? 'Shop',
    html`<h1>${title}</h1>
${category === undefined && search === undefined && html`<p class="lead">Few things, well made. What says “in stock” is in stock.</p>`}
<form class="search" role="search" action="${home}"><label><span class="hidden">Search products</span><input type="search" name="q" maxlength="100" placeholder="Search products" value="${search ?? ''}"></label><button>Search</button></form>
<nav aria-label="Categories"><ul class="filters">
${filter(home, 'All', category === undefined && search === undefined)}
${categories.map((each) => filter(`${home}?category=${encodeURIComponent(each)}`, each, each === category))}
</ul></nav>
${
  products.length === 0
    ? html`<div class="blank"><p>There is nothing here by that name.</p><p><a class="button" href="${home}">Show everything</a></p></div>`
    : html`<ul class="grid">${products.map((product) => card(base, product))}</ul>`
}
${next !== undefined && html`<p class="more after"><a href="${home}?${parameters.toString()}">More</a></p>`}`,
  );
}

function card(base: string, product: Product): Html {
  const { id, name, price, available } = product;
  return html`<li class="card${available === 0 && ' gone'}">${art(base, product)}<div>
<h2><a href="${base}/products/${id}">${name}</a></h2>
<span class="price">${showMoney(price)}</span>${stock(product)}
</div></li>`;
}

/** One product, with the button that puts it into the cart. */
export function productPage(frame: Frame, product: Product): string {
  const { base, session } = frame;
  const { id, name, description, category, price, available } = product;
  const home = base || '/';
  const most = Math.min(cartLimits.quantity, available);
  const buy =
    session === undefined
      ? html`<a class="button wide" href="${base}/sign-in?next=${base}/products/${id}">Sign in to buy</a>`
      : html`<form method="post" action="${base}/cart">${csrfField(session.csrf)}${hiddenFields({ product: id })}
<label>Quantity ${quantitySelect(1, most)}</label>
<button class="wide">Add to cart</button></form>`;
  return layout(
    frame,
    name,
    html`<div class="product${available === 0 && ' gone'}">${art(base, product)}<div>
<p class="trail"><a href="${home}?category=${encodeURIComponent(category)}">${category}</a></p><h1>${name}</h1>
<p class="price">${showMoney(price)}</p><p>${stock(product)}</p>
<p>${description}</p>
${available > 0 ? buy : html`<p class="notice bad">This one is gone. We sell only what is there.</p><a class="button wide" href="${home}">See what else there is</a>`}
</div></div>`,
  );
}

/** A choice of quantities, as far as there are so many. */
export function quantitySelect(chosen: number, most: number, what = 'Quantity'): Html {
  const numbers = Array.from({ length: Math.max(most, chosen) }, (_, index) => index + 1);
  return html`<select name="quantity" aria-label="${what}">${numbers.map((each) => html`<option${each === chosen && html` selected`}>${each}</option>`)}</select>`;
}

const tints = 5;

/** The drawing of a product, or its first letter. Neighbours on a shelf stand before different colours. */
export function art(
  base: string,
  { id, name, picture }: Pick<Product, 'id' | 'name' | 'picture'>,
  look: 'art' | 'art thumb' = 'art',
): Html {
  const inside = isPicture(picture)
    ? html`<img src="${base}/${picturesName}#${picture}" alt="" width="120" height="90">`
    : ([...name][0] ?? '');
  return html`<div class="${look} tint-${(id * 2) % tints}" aria-hidden="true">${inside}</div>`;
}

function stock({ available }: Product): Html {
  if (available === 0) return html`<span class="warn">Sold out</span>`;
  return available <= 20
    ? html`<span class="warn">Only ${available} left</span>`
    : html`<span class="soft">${available} in stock</span>`;
}
