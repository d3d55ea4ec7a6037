import { type Backoff, pauseAfter } from '../common/backoff.ts';
import { CallFailed } from '../common/call.ts';
import type { Deliver } from './deliver.ts';
import { stepOf } from './machine.ts';
import { type Order, outboxShards } from './order.ts';
import type { Lease, OrderBook } from './order-book.ts';

export interface DriverOptions {
  readonly book: OrderBook;
  readonly deliver: Deliver;
  readonly backoff: Backoff;
  /** Orders that are worked on at a time. */
  readonly concurrency: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onProblem: (order: string, message: string) => void;
}

/** Drives orders to their final states: those that this task took in, and those that others left behind. */
export interface Driver {
  /** Goes on with an order on which this task has a lease, unless too much is under way: then a later look finds it. */
  take(order: Order, lease: Lease): void;
  /**
   * Looks through the outbox once for orders that are due and that nobody works on, and takes them.
   *
   * @returns true when there was no room for more, so that it is worth looking again soon
   */
  sweep(): Promise<boolean>;
  /** Takes no more orders, and resolves when those under way have come to a place to stop. */
  stop(): Promise<void>;
}

export function createDriver(options: DriverOptions): Driver {
  const { book, deliver, backoff, concurrency, now, random, onProblem } = options;
  const underWay = new Map<string, Promise<void>>();
  let stopping = false;

  function run(id: string, work: () => Promise<void>): void {
    const done = work()
      // The outbox still has the message: whoever looks after the lease has ended goes on.
      .catch((error: unknown) => onProblem(id, error instanceof Error ? error.message : String(error)))
      .finally(() => underWay.delete(id));
    underWay.set(id, done);
  }

  async function drive(first: Order, lease: Lease): Promise<void> {
    let order = first;
    let { attempts } = lease;
    for (;;) {
      const step = stepOf(order.state);
      if (step === null) return;
      if (stopping) return book.postpone({ ...lease, attempts }, 0, null);
      try {
        const late = step === 'charge' && now() >= Date.parse(order.giveUpAt);
        const { outcome, ...found } = late
          ? { outcome: 'gave-up' as const, reason: 'The payment had no outcome in time.' }
          : await deliver(order, step);
        const next = await book.advance(order, lease, outcome, found);
        // Another task has the lease now, and goes on.
        if (next === undefined) return;
        order = next;
        attempts = 0;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        const failed = { ...lease, attempts };
        await book.postpone(failed, pauseAfter(attempts + 1, backoff, random), error.message.slice(0, 300));
        return;
      }
    }
  }

  async function resume(id: string): Promise<void> {
    const lease = await book.claim(id);
    if (lease === undefined) return;
    const order = await book.find(id);
    if (order === undefined) throw new Error('The outbox has a message of an order that does not exist.');
    await drive(order, lease);
  }

  const room = (): number => concurrency - underWay.size;

  return {
    take(order, lease) {
      if (stopping || room() <= 0) {
        run(order.id, () => book.postpone(lease, 0, null));
        return;
      }
      run(order.id, () => drive(order, lease));
    },

    async sweep() {
      // Each task begins elsewhere, so that they do not all try for the same orders.
      const start = Math.floor(random() * outboxShards);
      for (let n = 0; n < outboxShards && room() > 0 && !stopping; n += 1) {
        const ids = await book.due((start + n) % outboxShards, room());
        for (const id of ids) if (room() > 0 && !underWay.has(id) && !stopping) run(id, () => resume(id));
      }
      return room() <= 0;
    },

    async stop() {
      stopping = true;
      await Promise.all(underWay.values());
    },
  };
}
