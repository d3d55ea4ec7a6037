import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Files } from '../common/stores.ts';
import {
  type PaymentProvider,
  type ProviderCharge,
  type ProviderOutcome,
  ProviderTimeout,
} from './provider.ts';

/** What the sandbox does, by payment method; any other method is declined as unknown. */
export const sandboxMethods = {
  card_ok: 'charges',
  card_declined: 'declines',
  card_timeout: 'does nothing and gives no answer the first time; charges when it is asked again',
  card_dead: 'never gives an answer, and never charges',
  card_late: 'charges, but answers only after the time limit',
  card_twice: 'charges, and gives its answer twice',
} as const;

export type SandboxMethod = keyof typeof sandboxMethods;

/** What the sandbox keeps of a key, in an object that is written once: its own books, to compare the ledger with. */
export interface SandboxRecord extends ProviderCharge {
  readonly outcome: ProviderOutcome;
  readonly at: string;
}

export const sandboxPrefix = 'sandbox-provider/';
const recordKey = (key: string) => `${sandboxPrefix}outcomes/${key}.json`;
const attemptKey = (key: string) => `${sandboxPrefix}attempts/${key}.json`;

/** How long after the time limit a late answer comes, and how long after the first the second. Milliseconds. */
const laterMs = 300;

/**
 * A provider that moves no money, for development and tests. Like a real one it has books of its own, survives our crashes, and
 * honours keys: whoever writes a key's outcome first has decided it.
 */
export function openSandboxProvider(files: Files, now: () => number): PaymentProvider {
  const listeners: ((charge: ProviderCharge, outcome: ProviderOutcome) => void)[] = [];

  /** The outcome on record; the proposed one where there was none. */
  async function decide(charge: ProviderCharge, proposed: ProviderOutcome): Promise<ProviderOutcome> {
    const record: SandboxRecord = { ...charge, outcome: proposed, at: new Date(now()).toISOString() };
    if (await files.putOnce(recordKey(charge.key), JSON.stringify(record), 'application/json'))
      return proposed;
    const before = await files.read(recordKey(charge.key));
    if (before === undefined) throw new Error(`The sandbox's record of ${charge.key} cannot be read.`);
    // Only `decide` writes objects under these keys.
    const { outcome, amount, currency, order } = JSON.parse(before) as SandboxRecord;
    if (amount !== charge.amount || currency !== charge.currency || order !== charge.order)
      throw new Error(`The key ${charge.key} was used with another charge.`);
    return outcome;
  }

  const noAnswer = async (timeoutMs: number): Promise<never> => {
    await sleep(timeoutMs);
    throw new ProviderTimeout(`The provider did not answer within ${timeoutMs} ms.`);
  };
  const answerLater = async (charge: ProviderCharge, outcome: ProviderOutcome, ms: number): Promise<void> => {
    await sleep(ms);
    for (const listener of listeners) listener(charge, outcome);
  };

  return {
    onOutcome: (listener) => void listeners.push(listener),

    cancel: (charge) => decide(charge, { kind: 'cancelled' }),

    async charge(charge, timeoutMs) {
      const charged: ProviderOutcome = { kind: 'charged', reference: `sandbox-${randomUUID()}` };
      switch (charge.paymentMethod) {
        case 'card_ok':
          return decide(charge, charged);
        case 'card_declined':
          return decide(charge, { kind: 'declined', reason: 'The card was declined.' });
        case 'card_dead':
          return noAnswer(timeoutMs);
        case 'card_timeout':
          if (await files.putOnce(attemptKey(charge.key), '{}', 'application/json'))
            return noAnswer(timeoutMs);
          return decide(charge, charged);
        case 'card_twice': {
          const outcome = await decide(charge, charged);
          void answerLater(charge, outcome, laterMs);
          return outcome;
        }
        case 'card_late': {
          const outcome = await decide(charge, charged);
          // A provider that has answered once knows its answer.
          if (outcome !== charged) return outcome;
          void answerLater(charge, outcome, timeoutMs + laterMs);
          return noAnswer(timeoutMs);
        }
        default:
          return decide(charge, { kind: 'declined', reason: 'The payment method is unknown.' });
      }
    },
  };
}
