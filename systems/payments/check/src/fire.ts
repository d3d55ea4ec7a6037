import { setTimeout as sleep } from 'node:timers/promises';

/** What the fire needs of a running engine. */
export interface FireEngine {
  readonly url: string;
  snapshot(): Promise<{
    readonly tasks: readonly { readonly id: string; readonly service: string; readonly state: string }[];
  }>;
  chaos(
    request:
      | { readonly action: 'kill-task'; readonly task: string }
      | { readonly action: 'stop-database' | 'start-database'; readonly database: string },
  ): Promise<unknown>;
}

export interface FireOptions {
  readonly engine: FireEngine;
  readonly orders: number;
  /** Orders come evenly over this time, and every second of it a task of one of the services is killed. */
  readonly seconds: number;
  /** Servers of stores that are killed too, in one second out of four, by the name of one of their tables or buckets; default none. */
  readonly stores?: readonly string[];
  /** From 0 to 1; a seeded one makes the same orders and, as far as the engine goes the same way, the same kills. */
  readonly random: () => number;
  /** How long after the fire orders may take to become final. Milliseconds, default 60,000. */
  readonly settleMs?: number;
  readonly onKill?: (what: string) => void;
}

export interface FireResult {
  /** Ids of the orders that clients were told of. */
  readonly accepted: readonly string[];
  /** Requests that had no answer or one that asks to come again. */
  readonly failedRequests: number;
  readonly requests: number;
  /** By service; `store` for servers of stores, `none` for seconds in which no service had a task to kill. */
  readonly kills: Readonly<Record<string, number>>;
  /** From when an order was due to its acceptance, with all repetitions. Milliseconds. */
  readonly acceptanceMs: readonly number[];
  /** From the end of the fire until the last order was final. Milliseconds. */
  readonly settledAfterMs: number;
  /** Orders that were not final in time. */
  readonly notFinal: readonly string[];
}

const methods = [
  ...Array<string>(14).fill('card_ok'),
  'card_declined',
  'card_declined',
  'card_timeout',
  'card_late',
  'card_twice',
  'card_dead',
] as const;
const services = ['order', 'payment', 'notification'];
/** In so many of the seconds the server of a store is killed as well. */
const storeShare = 0.25;
/** A store's server is down for up to this time. Milliseconds. */
const longestOutage = 1000;

/** Plays clients that never give up, and the misfortune that meets them. */
export async function setFire(options: FireOptions): Promise<FireResult> {
  const { engine, orders, seconds, stores = [], random, settleMs = 60_000, onKill } = options;
  const accepted: string[] = [];
  const acceptanceMs: number[] = [];
  const kills: Record<string, number> = {};
  let requests = 0;
  let failedRequests = 0;

  async function order(n: number): Promise<void> {
    const dueAt = performance.now();
    const key = `fire-${n}-${Math.floor(random() * 1e9)}`;
    const quantity = 1 + Math.floor(random() * 5);
    const body = JSON.stringify({
      customer: { name: `Customer ${n}`, email: `customer-${n}@example.org` },
      items: [{ sku: `sku-${n}`, name: 'Lamp', quantity, unitPrice: 100 + n }],
      currency: 'EUR',
      paymentMethod: methods[Math.floor(random() * methods.length)],
    });
    for (let attempt = 1; ; attempt += 1) {
      requests += 1;
      const id = await place(engine.url, key, body);
      if (id !== null) {
        accepted.push(id);
        acceptanceMs.push(performance.now() - dueAt);
        return;
      }
      failedRequests += 1;
      await sleep(Math.min(2000, 100 * 2 ** attempt) * random());
    }
  }

  async function killTask(): Promise<void> {
    const { tasks } = await engine.snapshot();
    const running = tasks.filter((one) => services.includes(one.service) && one.state === 'RUNNING');
    // The service first, so that each has its share whatever it has of tasks at the moment.
    const service = pick(
      services.filter((name) => running.some((task) => task.service === name)),
      random,
    );
    const task = pick(
      running.filter((one) => one.service === service),
      random,
    );
    if (task !== undefined) await engine.chaos({ action: 'kill-task', task: task.id });
    tell(task?.service ?? 'none');
  }
  async function killStore(): Promise<void> {
    const database = pick(stores, random);
    if (database === undefined || random() >= storeShare) return;
    const outage = random() * longestOutage;
    await engine.chaos({ action: 'stop-database', database });
    tell('store');
    await sleep(outage);
    await engine.chaos({ action: 'start-database', database });
  }
  function tell(what: string): void {
    kills[what] = (kills[what] ?? 0) + 1;
    onKill?.(what);
  }

  async function killing(): Promise<void> {
    const start = performance.now();
    const all: Promise<void>[] = [];
    for (let n = 0; n < seconds; n += 1) {
      await sleep(Math.max(0, start + (n + 0.5) * 1000 - performance.now()));
      // The victim may have ended by itself in this moment: then the second has its victim all the same.
      all.push(
        killTask().catch(() => {}),
        later(killStore()),
      );
    }
    await Promise.all(all);
  }

  async function ordering(): Promise<void> {
    const start = performance.now();
    const all: Promise<void>[] = [];
    for (let n = 0; n < orders; n += 1) {
      await sleep(Math.max(0, start + (n / orders) * seconds * 1000 - performance.now()));
      all.push(later(order(n)));
    }
    await Promise.all(all);
  }

  await Promise.all([ordering(), killing()]);
  const end = performance.now();
  const notFinal = await settle(engine.url, accepted, settleMs);
  const settledAfterMs = performance.now() - end;
  return { accepted, failedRequests, requests, kills, acceptanceMs, settledAfterMs, notFinal };
}

/** The id of the order; null when it is to be tried again. @throws Error for an answer that no repetition changes */
async function place(url: string, key: string, body: string): Promise<string | null> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${url}/order/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    status = response.status;
    text = await response.text();
  } catch {
    return null;
  }
  if (status >= 500) return null;
  if (status >= 300) throw new Error(`An order was answered with ${status}: ${text}`);
  // The contract's answer.
  return (JSON.parse(text) as { readonly id: string }).id;
}

/** Asks for the orders until all are final; gives those that are not in time. */
async function settle(url: string, ids: readonly string[], ms: number): Promise<readonly string[]> {
  const end = performance.now() + ms;
  let open = [...ids];
  for (;;) {
    const still: string[] = [];
    const waiting = [...open];
    const look = async (): Promise<void> => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
        if (!(await isFinal(url, id))) still.push(id);
    };
    await Promise.all(Array.from({ length: 8 }, look));
    open = still;
    if (open.length === 0 || performance.now() > end) return open;
    await sleep(250);
  }
}

async function isFinal(url: string, id: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/order/orders/${id}`, { signal: AbortSignal.timeout(10_000) });
    // The contract's answer, or a problem document without the field.
    return ((await response.json()) as { readonly final?: boolean }).final === true;
  } catch {
    return false;
  }
}

/** A promise that is waited for later: until then its failure is nobody's. */
function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

/** Random numbers from a seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
