import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../services/common/problem.ts';
import { createCharges } from '../services/payment/charges.ts';
import { type ChargeRequest, type Ledger, openLedger } from '../services/payment/ledger.ts';
import { type PaymentProvider, type ProviderOutcome, ProviderTimeout } from '../services/payment/provider.ts';
import { openTestTables, type TestTables } from './tables.ts';

let opened: TestTables;
let ledger: Ledger;

beforeAll(async () => {
  opened = await openTestTables();
  ledger = openLedger(opened.tables, opened.names.ledger, () => 1_800_000_000_000);
}, 60_000);
afterAll(() => opened?.close());

const newRequest = (): ChargeRequest => ({
  order: randomUUID(),
  amount: 500,
  currency: 'EUR',
  paymentMethod: 'card_ok',
});
const charged = (reference: string): ProviderOutcome => ({ kind: 'charged', reference });
const declined: ProviderOutcome = { kind: 'declined', reason: 'No money.' };

async function openCharge(): Promise<ChargeRequest> {
  const request = newRequest();
  await ledger.open(request, `key-${request.order}`, 'content');
  return request;
}

async function sidesOf(order: string) {
  const entries = await ledger.entries(order);
  return entries.map(({ account, amount, reference }) => [account, amount, reference]).sort();
}

describe('the ledger', () => {
  test('writes both sides of a charge together with its state', async () => {
    const { order } = await openCharge();
    expect(await ledger.find(order)).toMatchObject({ state: 'pending', reference: null });
    expect(await sidesOf(order)).toEqual([]);
    await ledger.settle(order, charged('ref-1'));
    expect(await ledger.find(order)).toMatchObject({ state: 'charged', reference: 'ref-1' });
    expect(await sidesOf(order)).toEqual([
      ['customer', -500, 'ref-1'],
      ['merchant', 500, 'ref-1'],
    ]);
  });

  test.each([
    ['charged again under another reference', charged('ref-1'), charged('ref-2'), 'charged'],
    ['declined after it was charged', charged('ref-1'), declined, 'charged'],
    ['charged after it was declined', declined, charged('ref-1'), 'declined'],
    ['charged after it was called off', { kind: 'cancelled' }, charged('ref-1'), 'void'],
  ] as const)('keeps the first word: %s', async (_what, first, second, state) => {
    const { order } = await openCharge();
    // Both have read the charge while it was pending.
    const before = await ledger.find(order);
    await ledger.settle(order, first, before);
    const entries = await sidesOf(order);
    expect(await ledger.settle(order, second, before)).toMatchObject({ state });
    expect(await ledger.find(order)).toMatchObject({ state });
    expect(await sidesOf(order)).toEqual(entries);
    expect(entries).toHaveLength(state === 'charged' ? 2 : 0);
  });

  test('settled by ten at the same time has one movement', async () => {
    const { order } = await openCharge();
    const before = await ledger.find(order);
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) => ledger.settle(order, charged(`ref-${n}`), before)),
    );
    expect(new Set(all.map(({ reference }) => reference)).size).toBe(1);
    expect(await sidesOf(order)).toHaveLength(2);
  });

  test('opened by ten at the same time under keys of their own has one charge', async () => {
    const request = newRequest();
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) => ledger.open(request, `${request.order}-${n}`, 'content')),
    );
    expect(all.filter((one) => one.kind === 'open' && one.isNew)).toHaveLength(1);
    expect(all.map(({ kind }) => kind)).toEqual(Array(10).fill('open'));
  });
});

/** A provider that says what it is told to, and counts how often it is asked. */
function scripted(say: (call: number) => ProviderOutcome | 'nothing') {
  const calls: string[] = [];
  const listeners: Parameters<PaymentProvider['onOutcome']>[0][] = [];
  const answer = async (how: string, key: string): Promise<ProviderOutcome> => {
    calls.push(`${how} ${key}`);
    const outcome = say(calls.length);
    if (outcome === 'nothing') throw new ProviderTimeout('no answer');
    return outcome;
  };
  const provider: PaymentProvider = {
    charge: ({ key }) => answer('charge', key),
    cancel: ({ key }) => answer('cancel', key),
    onOutcome: (listener) => void listeners.push(listener),
  };
  return { provider, calls, listeners };
}

function chargesWith(provider: PaymentProvider) {
  const problems: string[] = [];
  const charges = createCharges({
    ledger,
    provider,
    timeoutMs: 10,
    onProblem: (_order, message) => problems.push(message),
  });
  return { charges, problems };
}

describe('a charge', () => {
  test('is on record before the provider is asked', async () => {
    const request = newRequest();
    const found: unknown[] = [];
    const { provider } = scripted(() => charged('ref-1'));
    const { charges } = chargesWith({
      ...provider,
      async charge(asked, timeoutMs) {
        found.push((await ledger.find(asked.order))?.state);
        return provider.charge(asked, timeoutMs);
      },
    });
    await charges.charge(request, 'key-12345');
    expect(found).toEqual(['pending']);
  });

  test('without an answer is asked for again under the same key, and not once more when it has one', async () => {
    const request = newRequest();
    const { provider, calls } = scripted((call) => (call === 1 ? 'nothing' : charged('ref-1')));
    const { charges } = chargesWith(provider);
    const states: string[] = [];
    for (let n = 0; n < 3; n += 1) states.push((await charges.charge(request, `key-${request.order}`)).state);
    expect(states).toEqual(['pending', 'charged', 'charged']);
    expect(calls).toEqual([`charge ${request.order}`, `charge ${request.order}`]);
  });

  test('whose answer comes late is settled by it, and a contradiction is told to a person', async () => {
    const request = newRequest();
    const { provider, listeners } = scripted(() => 'nothing');
    const { charges, problems } = chargesWith(provider);
    expect((await charges.charge(request, `key-${request.order}`)).state).toBe('pending');
    for (const listener of listeners) listener({ key: request.order, ...request }, charged('ref-1'));
    await expect.poll(async () => (await ledger.find(request.order))?.state).toBe('charged');
    for (const listener of listeners) listener({ key: request.order, ...request }, declined);
    await expect
      .poll(() => problems)
      .toEqual(['The ledger says charged, and then the provider said declined.']);
    expect(await sidesOf(request.order)).toHaveLength(2);
  });

  test('that fails before it is on record never reaches the provider', async () => {
    const { provider, calls } = scripted(() => charged('ref-1'));
    const { charges } = chargesWith(provider);
    const request = newRequest();
    await charges.charge(request, `key-${request.order}`);
    await expect(charges.charge(newRequest(), `key-${request.order}`)).rejects.toBeInstanceOf(Problem);
    await expect(
      charges.charge({ ...request, amount: 501 }, `other-${request.order}`),
    ).rejects.toBeInstanceOf(Problem);
    expect(calls).toHaveLength(1);
  });
});

test('every charge of this file adds up to nothing', async () => {
  const { tables, names } = opened;
  const { Items = [] } = await tables.send(
    new ScanCommand({ TableName: names.ledger, ConsistentRead: true }),
  );
  const entries = Items.filter(({ sk }) => String(sk).startsWith('ENTRY#'));
  expect(entries.length).toBeGreaterThan(5);
  expect(entries.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(0);
});
