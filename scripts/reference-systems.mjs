// The systems that `npm start` can run, and where to go once one of them answers. Nothing here needs anything installed.

/**
 * A reference system.
 * @typedef {{ about: string, next: (url: string) => string[] }} ReferenceSystem
 */

/**
 * By the name of their folder below `systems`.
 * @type {Readonly<Record<string, ReferenceSystem>>}
 */
export const SYSTEMS = {
  catalog: {
    about: 'the product catalogue',
    next: (url) => [
      `curl "${url}/api/products?limit=2"`,
      `curl ${url}/api/products -H 'content-type: application/json' -d '{"name":"Lamp","price":29.99}'`,
    ],
  },
  shop: {
    about: "the catalogue's API with a definition of its own",
    next: (url) => [
      `curl "${url}/api/products?limit=2"`,
      `curl ${url}/api/products -H 'content-type: application/json' -d '{"name":"Lamp","price":29.99}'`,
    ],
  },
  payments: {
    about: 'order, payment and notification',
    next: (url) => [
      `curl -i ${url}/order/orders -H 'content-type: application/json' -H 'idempotency-key: my-first-order' \\`,
      `  -d '{"customer":{"name":"Ada","email":"ada@example.org"},"currency":"EUR","paymentMethod":"card_ok","items":[{"sku":"lamp","name":"Lamp","quantity":2,"unitPrice":1999}]}'`,
      `curl ${url}/order/orders/ID/history   # the id is in the answer's Location`,
    ],
  },
  storefront: {
    about: 'the web shop',
    next: (url) => [`open ${url}/api/shop in a browser`, `curl ${url}/api/products`],
  },
};

/** What `npm start` runs when it is told nothing else. */
export const DEFAULT_SYSTEM = 'catalog';

/**
 * Takes the system's name off the arguments of `npm start`; without one it is the catalogue.
 * @param {string[]} words
 * @returns {{ system: string, rest: string[] } | { problem: string, fix: string }}
 */
export function chooseSystem(words) {
  const [first, ...others] = words;
  if (first === undefined || first.startsWith('-')) return { system: DEFAULT_SYSTEM, rest: words };
  if (Object.hasOwn(SYSTEMS, first)) return { system: first, rest: others };
  const names = Object.keys(SYSTEMS);
  const near = nearest(first, names);
  return {
    problem: `There is no system '${first}'. The systems are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
    fix:
      near === null
        ? `npm start -- ${DEFAULT_SYSTEM}; options of \`breakwater dev\` go behind the name.`
        : `Did you mean ${near}? npm start -- ${near}`,
  };
}

/**
 * The name that somebody probably meant; null where none is near.
 * @param {string} word
 * @param {readonly string[]} names
 */
export function nearest(word, names) {
  const lower = word.toLowerCase();
  const begun = names.find((name) => lower.startsWith(name) || (lower.length > 1 && name.startsWith(lower)));
  if (begun !== undefined) return begun;
  const [best] = names
    .map((name) => ({ name, steps: distance(lower, name) }))
    .sort((one, other) => one.steps - other.steps);
  return best !== undefined && best.steps <= Math.ceil(best.name.length / 3) ? best.name : null;
}

/**
 * How many letters have to be put in, taken out or changed.
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const now = [row + 1];
    for (let column = 0; column < other.length; column += 1) {
      const changed = before[column] + (letter === other[column] ? 0 : 1);
      now.push(Math.min(changed, before[column + 1] + 1, now[column] + 1));
    }
    before = now;
  }
  return before[other.length];
}
