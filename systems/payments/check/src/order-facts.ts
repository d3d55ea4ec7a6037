import type { Contents, Item } from './contents.ts';

/** Everything that any store has on one order. */
export interface OrderFacts {
  order: Item | undefined;
  readonly events: Item[];
  readonly messages: Item[];
  readonly keys: Item[];
  readonly charges: Item[];
  readonly entries: Item[];
  /** Of the provider. */
  readonly records: Item[];
  readonly notifications: Item[];
  readonly documents: string[];
  readonly mails: string[];
}

/** Sorts what the stores contain by order. An item that is of no known kind belongs to the order `?`, which does not exist. */
export function arrange(contents: Contents): ReadonlyMap<string, OrderFacts> {
  const facts = new Map<string, OrderFacts>();
  const of = (id: string): OrderFacts => {
    const known = facts.get(id);
    if (known !== undefined) return known;
    const fresh: OrderFacts = {
      order: undefined,
      events: [],
      messages: [],
      keys: [],
      charges: [],
      entries: [],
      records: [],
      notifications: [],
      documents: [],
      mails: [],
    };
    facts.set(id, fresh);
    return fresh;
  };
  for (const item of contents.orders) {
    const [pk, sk] = keysOf(item);
    const id = after(pk, 'ORDER#');
    if (id !== null && sk === 'ORDER') of(id).order = item;
    else if (id !== null && sk.startsWith('EVENT#')) of(id).events.push(item);
    else if (pk.startsWith('OUTBOX#')) of(sk).messages.push(item);
    else of(idIn(item)).keys.push(item);
  }
  for (const item of contents.ledger) {
    const [pk, sk] = keysOf(item);
    const id = after(pk, 'ORDER#');
    if (id !== null && sk.startsWith('ENTRY#')) of(id).entries.push(item);
    else if (id !== null) of(id).charges.push(item);
  }
  for (const record of contents.provider) of(idIn(record)).records.push(record);
  for (const item of contents.notifications) {
    const id = after(keysOf(item)[0], 'ORDER#');
    if (id !== null) of(id).notifications.push(item);
  }
  for (const key of contents.documents) {
    const mail = /^sandbox-mail\/([0-9a-f-]{36})/.exec(key)?.[1];
    const document = /^documents\/([0-9a-f-]{36})/.exec(key)?.[1];
    if (mail !== undefined) of(mail).mails.push(key);
    else of(document ?? '?').documents.push(key);
  }
  return facts;
}

function keysOf({ pk, sk }: Item): readonly [string, string] {
  return [String(pk), String(sk)];
}

function after(text: string, prefix: string): string | null {
  return text.startsWith(prefix) ? text.slice(prefix.length) : null;
}

function idIn({ order }: Item): string {
  return typeof order === 'string' ? order : '?';
}
