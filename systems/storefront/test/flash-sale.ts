import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Buyer, Stores } from './stores.ts';

/** What a submit was answered. Status 0: nothing. */
export interface Submission {
  readonly status: number;
  readonly order: string | undefined;
  /** Kind of the problem, such as `sold-out`. */
  readonly problem: string | undefined;
  /** From when it was due, so that a stall of whoever sends counts too. */
  readonly latencyMs: number;
}

/** What happened to one buyer. */
export interface BuyerStory {
  readonly buyer: Buyer;
  readonly submissions: readonly Submission[];
}

export interface Sale {
  readonly url: string;
  readonly buyers: readonly Buyer[];
  readonly product: number;
  /** Buyers come evenly within so long. Milliseconds. */
  readonly withinMs: number;
  /** Most submits of a buyer; 3 by default, as the shop is asked to bear. */
  readonly maxSubmits?: number;
}

/**
 * Lets everybody buy one unit. A third clicks once, a third twice at the same moment, a third again after the answer; whoever
 * got no clear answer (none at all, 429, 5xx) tries again after a moment, with the same key, until all submits are made.
 */
export async function runSale({
  url,
  buyers,
  product,
  withinMs,
  maxSubmits = 3,
}: Sale): Promise<readonly BuyerStory[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const start = performance.now();
  try {
    return await Promise.all(
      buyers.map(async (buyer, n): Promise<BuyerStory> => {
        const due = start + (n / buyers.length) * withinMs;
        await sleep(due - performance.now());
        const key = randomUUID();
        const submit = (since = performance.now()) => send({ agent, url, product }, buyer, key, since);
        const submissions = await Promise.all(n % 3 === 1 ? [submit(due), submit(due)] : [submit(due)]);
        while (submissions.length < maxSubmits && !submissions.some(isClear)) {
          await sleep(300);
          submissions.push(await submit());
        }
        if (n % 3 === 2 && submissions.length < 3) submissions.push(await submit());
        return { buyer, submissions };
      }),
    );
  } finally {
    agent.destroy();
  }
}

/** An answer after which a buyer knows. */
export function isClear({ status, problem }: Submission): boolean {
  return status === 200 || status === 201 || (status === 409 && problem === 'sold-out');
}

/** What must hold after a sale, as sentences about what does not. Reads the stores, and compares with what buyers were told. */
export async function breaches(
  stores: Stores,
  stories: readonly BuyerStory[],
  sale: { readonly product: number; readonly units: number },
): Promise<readonly string[]> {
  const found: string[] = [];
  const [stock] = await stores.query<{ available: number }>(
    'SELECT available FROM stock WHERE product_id = $1',
    [sale.product],
  );
  const sold = await stores.query<{ order: string; user: string; quantity: number; charged: string | null }>(
    `SELECT o.id AS order, o.user_id AS user, i.quantity, c.amount_cents AS charged FROM order_items i
     JOIN orders o ON o.id = i.order_id LEFT JOIN charges c ON c.order_id = o.id AND c.amount_cents = o.total_cents
     WHERE i.product_id = $1`,
    [sale.product],
  );
  const units = sold.reduce((sum, { quantity }) => sum + quantity, 0);
  const wanted = Math.min(sale.units, stories.length);
  if (units !== wanted) found.push(`${units} units were sold, not ${wanted}`);
  if (stock?.available !== sale.units - wanted) found.push(`${stock?.available} units are left`);
  const orphans = await stores.query(
    'SELECT FROM charges c LEFT JOIN orders o ON o.id = c.order_id WHERE o.id IS NULL OR o.user_id <> c.user_id',
  );
  if (orphans.length > 0) found.push(`${orphans.length} charges have no order`);
  const orderOf = new Map<string, string>();
  for (const { order, user, charged } of sold) {
    if (charged === null) found.push(`order ${order} was not charged`);
    if (orderOf.has(user)) found.push(`buyer ${user} bought twice`);
    orderOf.set(user, order);
  }
  for (const { buyer, submissions } of stories) {
    const clear = submissions.filter(isClear);
    const told = new Set(clear.map(({ order, problem }) => order ?? problem));
    const what = submissions.map(({ status, problem, order }) => `${status} ${order ?? problem}`).join(', ');
    if (told.size !== 1) found.push(`buyer ${buyer.user} got no one clear answer: ${what}`);
    else if (!told.has(orderOf.get(buyer.user) ?? 'sold-out'))
      found.push(`buyer ${buyer.user} was told ${what} but has order ${orderOf.get(buyer.user)}`);
  }
  return found;
}

function send(
  { agent, url, product }: { readonly agent: Agent; readonly url: string; readonly product: number },
  buyer: Buyer,
  key: string,
  since: number,
): Promise<Submission> {
  const body = JSON.stringify({ items: [{ product, quantity: 1 }] });
  return new Promise((resolve) => {
    const finish = (status: number, text: string) => {
      // What the service answers; a proxy's own answer is no JSON.
      const answer = text.startsWith('{') ? (JSON.parse(text) as { order?: string; type?: string }) : {};
      resolve({
        status,
        order: answer.order,
        problem: answer.type?.split('#')[1],
        latencyMs: performance.now() - since,
      });
    };
    const outgoing = request(`${url}/api/checkout`, {
      agent,
      method: 'POST',
      timeout: 10_000,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        cookie: buyer.cookie,
        'x-csrf-token': buyer.csrf,
        'idempotency-key': key,
      },
    });
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => finish(response.statusCode ?? 0, text));
      response.on('error', () => finish(0, ''));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', () => finish(0, ''));
    outgoing.end(body);
  });
}
