import type { Contents, Item } from './contents.ts';
import type { Findings, Rule, Violation } from './findings.ts';
import { historyProblem } from './history.ts';
import { arrange, type OrderFacts } from './order-facts.ts';

const finalStates = ['completed', 'rejected', 'cancelled'];
const kindOf: Readonly<Record<string, string>> = {
  completed: 'receipt',
  rejected: 'refusal',
  cancelled: 'cancellation',
};

/**
 * Holds what the stores contain against what the system promises: every accepted order final, none lost, none charged twice, no
 * charge without an order, each notification once. It shares no code with the services.
 *
 * @param accepted ids of orders that clients were told of; each must be there
 */
export function check(contents: Contents, accepted: readonly string[] = []): Findings {
  const facts = arrange(contents);
  const violations: Violation[] = [];
  for (const id of accepted) {
    if (facts.get(id)?.order === undefined)
      violations.push({ rule: 'lost-order', order: id, detail: 'A client was told that it is accepted.' });
  }
  for (const [id, of] of facts) {
    const tell = (rule: Rule, detail: string) => void violations.push({ rule, order: id, detail });
    checkOrder(of, tell);
    checkMoney(of, tell);
    checkNotification(of, tell);
  }
  const orders = [...facts.values()].flatMap(({ order }) => (order === undefined ? [] : [order]));
  const count = (state: string): number => orders.filter((order) => order['state'] === state).length;
  return {
    violations,
    counts: {
      orders: orders.length,
      completed: count('completed'),
      rejected: count('rejected'),
      cancelled: count('cancelled'),
      notFinal: orders.filter((order) => !finalStates.includes(String(order['state']))).length,
      charged: contents.provider.filter((record) => outcomeOf(record) === 'charged').length,
      notifications: contents.notifications.filter(({ sk }) => sk === 'NOTIFICATION').length,
    },
  };
}

type Tell = (rule: Rule, detail: string) => void;

/** What the provider says that it did. */
function movementOf({ outcome }: Item): Item {
  // An object has fields of any kind; anything else has none.
  return typeof outcome === 'object' && outcome !== null ? (outcome as Item) : {};
}

const outcomeOf = (record: Item): unknown => movementOf(record)['kind'];

function checkOrder({ order, events, messages, keys }: OrderFacts, tell: Tell): void {
  if (order === undefined) {
    const traces = [
      ...(keys.length > 0 ? ['an idempotency key'] : []),
      ...(events.length > 0 ? ['a history'] : []),
      ...(messages.length > 0 ? ['a message in the outbox'] : []),
    ];
    if (traces.length > 0) tell('lost-order', `There is ${traces.join(' and ')} of it, but no order.`);
    return;
  }
  const state = String(order['state']);
  const isFinal = finalStates.includes(state);
  if (!isFinal) tell('order-not-final', `It is ${state}.`);
  if (!isFinal && messages.length === 0)
    tell('lost-order', `It is ${state}, and nothing in the outbox drives it on.`);
  if (isFinal && messages.length > 0)
    tell('message-left', `It is ${state}, and the outbox still has a message.`);
  if (keys.length !== 1) tell('broken-history', `${keys.length} idempotency keys name it instead of one.`);
  const problem = historyProblem(events, order);
  if (problem !== null) tell('broken-history', problem);
}

function checkMoney({ order, charges, entries, records }: OrderFacts, tell: Tell): void {
  const movements = records.filter((record) => outcomeOf(record) === 'charged');
  const charged = charges.filter((charge) => charge['state'] === 'charged');
  if (movements.length > 1) tell('double-charge', `The provider moved money ${movements.length} times.`);
  const debits = entries.filter(({ account }) => account === 'customer');
  if (debits.length > 1) tell('double-charge', `The ledger has ${debits.length} entries for the customer.`);
  const hasMoney = movements.length > 0 || charged.length > 0 || entries.length > 0;

  if (order === undefined) {
    if (hasMoney) tell('charge-without-order', 'Money was moved, and there is no such order.');
    else if (charges.length > 0 || records.length > 0)
      tell('lost-order', 'Payment knows of it, but there is no order.');
    return;
  }
  const state = String(order['state']);
  if (hasMoney && (state === 'rejected' || state === 'cancelled'))
    tell('charge-without-order', `Money was moved, and the order is ${state}.`);
  if (state === 'completed' && movements.length === 0)
    tell('order-without-charge', 'It is completed, and the provider moved no money.');
  for (const movement of [...movements, ...charges]) {
    if (movement['amount'] !== order['total'] || movement['currency'] !== order['currency'])
      tell(
        'wrong-amount',
        `${movement['amount']} ${movement['currency']} instead of ${order['total']} ${order['currency']}.`,
      );
  }

  const said = records.map(outcomeOf).map((kind) => (kind === 'cancelled' ? 'void' : kind));
  const written = charges.map((charge) => charge['state']);
  if (written.length > 1) tell('ledger-disagrees', `The ledger has ${written.length} charges.`);
  // A charge that is pending and of which the provider knows nothing is not final, which is told as such.
  if (said.length > 0 && !(written.length === 1 && written[0] === said[0]))
    tell(
      'ledger-disagrees',
      `The provider says ${said.join(', ')}, the ledger ${written.join(', ') || 'nothing'}.`,
    );
  if (said.length === 0 && written.some((one) => one !== 'pending'))
    tell('ledger-disagrees', `The ledger says ${written.join(', ')}, and the provider knows nothing of it.`);
  if (finalStates.includes(state) && written.includes('pending'))
    tell('ledger-disagrees', `It is ${state}, and its charge is pending.`);

  for (const movement of movements) {
    const { reference } = movementOf(movement);
    const known = [...charged, ...entries, ...(state === 'completed' ? [order] : [])];
    if (known.some((item) => item['reference'] !== reference))
      tell('ledger-disagrees', `The provider's reference is ${reference}, and not everybody's.`);
  }

  const total = (account: string): number =>
    entries
      .filter((entry) => entry['account'] === account)
      .reduce((sum, { amount }) => sum + Number(amount), 0);
  if (charged.length > 0 || entries.length > 0) {
    if (total('customer') !== -Number(order['total']) || total('merchant') !== Number(order['total']))
      tell(
        'unbalanced-entries',
        `Customer ${total('customer')}, merchant ${total('merchant')}, total ${order['total']}.`,
      );
  }
}

function checkNotification({ order, notifications, documents, mails }: OrderFacts, tell: Tell): void {
  if (order === undefined) {
    if (notifications.length + documents.length + mails.length > 0)
      tell('notification-without-order', 'A customer was told of it, and there is no such order.');
    return;
  }
  const state = String(order['state']);
  const kind = kindOf[state];
  const parts = { record: notifications.length, document: documents.length, message: mails.length };
  for (const [part, number] of Object.entries(parts)) {
    if (number > 1) tell('notification-twice', `There are ${number} of its ${part}.`);
    if (kind !== undefined && number === 0)
      tell('notification-missing', `It is ${state}, and has no ${part}.`);
  }
  const [record] = notifications;
  if (record === undefined || kind === undefined) return;
  if (record['state'] !== 'sent')
    tell('notification-missing', `It is ${state}, and its record says ${record['state']}.`);
  if (record['kind'] !== kind)
    tell('wrong-notification', `It is ${state}, and the customer got a ${record['kind']}.`);
}
