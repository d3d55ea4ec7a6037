import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { Contents, Item } from './contents.ts';
import type { Rule } from './findings.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [paid, refused, calledOff] = [id(1), id(2), id(3)];

type Draft = {
  -readonly [Name in keyof Contents]: Contents[Name] extends readonly Item[]
    ? Record<string, unknown>[]
    : string[];
};

/** What the stores hold of one order that went as it should. */
function addOrder(draft: Draft, order: string, states: readonly string[], outcome: string): void {
  const common = { order, amount: 500, currency: 'EUR' };
  const reference = outcome === 'charged' ? `ref-${order}` : null;
  const state = states.at(-1);
  draft.orders.push(
    { pk: `KEY#key-${order}`, sk: 'KEY', order },
    {
      pk: `ORDER#${order}`,
      sk: 'ORDER',
      id: order,
      state,
      version: states.length,
      total: 500,
      currency: 'EUR',
      reference,
    },
    ...states.map((to, index) => ({
      pk: `ORDER#${order}`,
      sk: `EVENT#${index + 1}`,
      number: index + 1,
      from: states[index - 1] ?? null,
      to,
    })),
  );
  const charged = outcome === 'charged';
  draft.ledger.push(
    { pk: `KEY#charge-${order}`, sk: 'KEY', order },
    {
      pk: `ORDER#${order}`,
      sk: 'CHARGE',
      ...common,
      reference,
      state: outcome === 'cancelled' ? 'void' : outcome,
    },
  );
  if (charged) {
    for (const [account, sign] of [
      ['customer', -1],
      ['merchant', 1],
    ] as const)
      draft.ledger.push({
        pk: `ORDER#${order}`,
        sk: `ENTRY#${account}`,
        ...common,
        reference,
        account,
        amount: sign * 500,
      });
  }
  draft.provider.push({ key: order, ...common, outcome: { kind: outcome, ...(charged && { reference }) } });
  const kind = charged ? 'receipt' : outcome === 'declined' ? 'refusal' : 'cancellation';
  draft.notifications.push(
    { pk: `KEY#notify-${order}`, sk: 'KEY', order },
    { pk: `ORDER#${order}`, sk: 'NOTIFICATION', order, kind, state: 'sent' },
  );
  draft.documents.push(`documents/${order}.txt`, `sandbox-mail/${order}.json`);
}

function faultless(): Draft {
  const draft: Draft = { orders: [], ledger: [], provider: [], notifications: [], documents: [] };
  addOrder(draft, paid, ['accepted', 'charged', 'completed'], 'charged');
  addOrder(draft, refused, ['accepted', 'declined', 'rejected'], 'declined');
  addOrder(draft, calledOff, ['accepted', 'cancelling', 'voided', 'cancelled'], 'cancelled');
  return draft;
}

function find(items: readonly Record<string, unknown>[], pk: string, sk: string): Record<string, unknown> {
  const found = items.find((item) => item['pk'] === pk && item['sk'] === sk);
  if (found === undefined) throw new Error(`no ${pk} ${sk}`);
  return found;
}
const order = (draft: Draft, of: string) => find(draft.orders, `ORDER#${of}`, 'ORDER');
const without = (items: Record<string, unknown>[], pk: string, sk: string) =>
  items.filter((item) => !(item['pk'] === pk && String(item['sk']).startsWith(sk)));

test('what went as it should has no violations, and is counted', () => {
  const { violations, counts } = check(faultless(), [paid, refused, calledOff]);
  expect(violations).toEqual([]);
  expect(counts).toEqual({
    orders: 3,
    completed: 1,
    rejected: 1,
    cancelled: 1,
    notFinal: 0,
    charged: 1,
    notifications: 3,
  });
});

/** Each plants one fault. */
const plants: readonly (readonly [string, Rule, (draft: Draft) => void])[] = [
  [
    'an order that was forgotten on its way',
    'order-not-final',
    (draft) => {
      Object.assign(order(draft, paid), { state: 'charged', version: 2 });
      draft.orders = without(draft.orders, `ORDER#${paid}`, 'EVENT#3');
      draft.orders.push({ pk: 'OUTBOX#0', sk: paid });
    },
  ],
  [
    'an order on its way that nothing drives on',
    'lost-order',
    (draft) => {
      Object.assign(order(draft, paid), { state: 'charged', version: 2 });
      draft.orders = without(draft.orders, `ORDER#${paid}`, 'EVENT#3');
    },
  ],
  [
    'an order of which only the key is left',
    'lost-order',
    (draft) => {
      draft.orders = without(draft.orders, `ORDER#${refused}`, '');
    },
  ],
  [
    'an order of which only a message is left',
    'lost-order',
    (draft) => void draft.orders.push({ pk: 'OUTBOX#1', sk: id(9) }),
  ],
  [
    'an order that two keys made',
    'broken-history',
    (draft) => void draft.orders.push({ pk: 'KEY#other', sk: 'KEY', order: paid }),
  ],
  [
    'a message of an order that is done',
    'message-left',
    (draft) => void draft.orders.push({ pk: 'OUTBOX#0', sk: paid }),
  ],
  [
    'a history with a gap',
    'broken-history',
    (draft) => {
      draft.orders = without(draft.orders, `ORDER#${paid}`, 'EVENT#2');
    },
  ],
  [
    'a history with a forbidden move',
    'broken-history',
    (draft) => void Object.assign(find(draft.orders, `ORDER#${paid}`, 'EVENT#2'), { to: 'declined' }),
  ],
  [
    'a history that ends elsewhere than the order',
    'broken-history',
    (draft) => void Object.assign(order(draft, paid), { state: 'rejected' }),
  ],
  [
    'a history that goes on after the end',
    'broken-history',
    (draft) =>
      void draft.orders.push({
        pk: `ORDER#${paid}`,
        sk: 'EVENT#4',
        number: 4,
        from: 'completed',
        to: 'charged',
      }),
  ],
  [
    'a second charge of the same order under another key',
    'double-charge',
    (draft) =>
      void draft.provider.push({
        key: 'again',
        order: paid,
        amount: 500,
        currency: 'EUR',
        outcome: { kind: 'charged' },
      }),
  ],
  [
    'a customer debited twice in the ledger',
    'double-charge',
    (draft) =>
      void draft.ledger.push({
        pk: `ORDER#${paid}`,
        sk: 'ENTRY#2',
        account: 'customer',
        amount: -500,
        order: paid,
      }),
  ],
  [
    'a charge of an order that does not exist',
    'charge-without-order',
    (draft) =>
      void draft.provider.push({
        key: id(9),
        order: id(9),
        amount: 1,
        currency: 'EUR',
        outcome: { kind: 'charged' },
      }),
  ],
  [
    'a charge of an order that was cancelled',
    'charge-without-order',
    (draft) => void Object.assign(draft.provider[2] ?? {}, { outcome: { kind: 'charged' } }),
  ],
  [
    'a completed order that nobody paid',
    'order-without-charge',
    (draft) => {
      draft.provider = draft.provider.filter(({ key }) => key !== paid);
    },
  ],
  [
    'a charge of another amount',
    'wrong-amount',
    (draft) => void Object.assign(draft.provider[0] ?? {}, { amount: 501 }),
  ],
  [
    'a charge that the ledger does not know',
    'ledger-disagrees',
    (draft) => {
      draft.ledger = without(draft.ledger, `ORDER#${paid}`, '');
    },
  ],
  [
    'a charge in the ledger that the provider does not know',
    'ledger-disagrees',
    (draft) => {
      draft.provider = draft.provider.filter(({ key }) => key !== paid);
    },
  ],
  [
    'a charge that was made once more, in the place of the first',
    'ledger-disagrees',
    (draft) =>
      void Object.assign(draft.provider[0] ?? {}, { outcome: { kind: 'charged', reference: 'another' } }),
  ],
  [
    'an order that thinks of another charge',
    'ledger-disagrees',
    (draft) => void Object.assign(order(draft, paid), { reference: 'another' }),
  ],
  [
    'a charge that was never settled',
    'ledger-disagrees',
    (draft) => void Object.assign(find(draft.ledger, `ORDER#${refused}`, 'CHARGE'), { state: 'pending' }),
  ],
  [
    'a ledger with one side only',
    'unbalanced-entries',
    (draft) => {
      draft.ledger = without(draft.ledger, `ORDER#${paid}`, 'ENTRY#merchant');
    },
  ],
  [
    'an order without its notification',
    'notification-missing',
    (draft) => {
      draft.notifications = without(draft.notifications, `ORDER#${paid}`, 'NOTIFICATION');
    },
  ],
  [
    'a notification without its document',
    'notification-missing',
    (draft) => {
      draft.documents = draft.documents.filter((key) => key !== `documents/${paid}.txt`);
    },
  ],
  [
    'a notification whose message was not sent',
    'notification-missing',
    (draft) => {
      draft.documents = draft.documents.filter((key) => key !== `sandbox-mail/${refused}.json`);
    },
  ],
  [
    'a notification that was never sent',
    'notification-missing',
    (draft) =>
      void Object.assign(find(draft.notifications, `ORDER#${paid}`, 'NOTIFICATION'), { state: 'sending' }),
  ],
  [
    'a notification recorded twice',
    'notification-twice',
    (draft) =>
      void draft.notifications.push({
        pk: `ORDER#${paid}`,
        sk: 'NOTIFICATION#2',
        kind: 'receipt',
        state: 'sent',
      }),
  ],
  [
    'a message sent twice',
    'notification-twice',
    (draft) => void draft.documents.push(`sandbox-mail/${paid}-2.json`),
  ],
  [
    'a document of an order that does not exist',
    'notification-without-order',
    (draft) => void draft.documents.push(`documents/${id(9)}.txt`),
  ],
  [
    'a receipt for an order that was refused',
    'wrong-notification',
    (draft) =>
      void Object.assign(find(draft.notifications, `ORDER#${refused}`, 'NOTIFICATION'), { kind: 'receipt' }),
  ],
];

describe('a planted fault is found', () => {
  test.each(plants)('%s: %s', (_what, rule, plant) => {
    const draft = faultless();
    plant(draft);
    expect(check(draft).violations.map((one) => one.rule)).toContain(rule);
  });

  test('an order that a client was told of and that left no trace', () => {
    expect(check(faultless(), [id(9)]).violations).toEqual([
      { rule: 'lost-order', order: id(9), detail: 'A client was told that it is accepted.' },
    ]);
  });
});
