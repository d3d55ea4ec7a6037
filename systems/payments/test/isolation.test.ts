import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planOf, storeNames } from '../check/src/check-local.ts';
import { ask, send } from './client.ts';

const system = copySystem('payments');
let engine: DrivenEngine;
let names: ReturnType<typeof storeNames>;

beforeAll(async () => {
  cpSync(join(import.meta.dirname, 'rogue.mjs'), join(system.directory, 'services', 'rogue.mjs'));
  const rogue = ['payment', 'notification'].flatMap((service) => ['--run', `${service}=node rogue.mjs`]);
  engine = await startEngineCli(system.directory, ['--no-watch', ...rogue]);
  names = storeNames(await planOf(system.directory, 'dev'));
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

/** Lets a program with the service's credentials try something. */
async function attempt(service: 'payment' | 'notification', what: string, on: string) {
  const query = new URLSearchParams({ try: what, what: on });
  const { json } = await ask(`${engine.url}/${service}/x?${query}`);
  return json;
}

describe('stores', () => {
  test('a service reaches its own table and bucket', async () => {
    expect(await attempt('payment', 'table', names.ledger)).toEqual({ allowed: true });
    expect(await attempt('payment', 'bucket', names.payments)).toEqual({ allowed: true });
    expect(await attempt('notification', 'table', names.notifications)).toEqual({ allowed: true });
  });

  test("payment cannot read notification's table", async () => {
    const { allowed, name, message } = await attempt('payment', 'table', names.notifications);
    expect({ allowed, name }).toEqual({ allowed: false, name: 'AccessDeniedException' });
    expect(message).toMatch(/payment.* is not authorized to perform: dynamodb:Scan on resource/);
  });

  test("payment cannot read notification's bucket, nor notification the orders", async () => {
    expect(await attempt('payment', 'bucket', names.receipts)).toMatchObject({
      allowed: false,
      name: 'AccessDenied',
    });
    expect(await attempt('notification', 'table', names.orders)).toMatchObject({
      allowed: false,
      name: 'AccessDeniedException',
    });
  });
});

describe('calls', () => {
  test('a service is not told where those are that it does not call', async () => {
    expect(await attempt('payment', 'environment', 'NOTIFICATION_URL')).toMatchObject({ allowed: false });
    expect(await attempt('notification', 'environment', 'PAYMENT_URL')).toMatchObject({ allowed: false });
  });

  test('a service that has found the address all the same is refused, and so is a stranger', async () => {
    const { calls } = await engine.snapshot();
    const address = (to: string): string => calls.find((call) => call.to === to)?.url ?? '';
    const { allowed, name, message } = await attempt(
      'notification',
      'call',
      `${address('payment')}/payment/charges`,
    );
    expect({ allowed, name }).toEqual({ allowed: false, name: '403' });
    expect(message).toContain('the caller is no task of order');
    expect((await send(`${address('notification')}/notification/notifications`, {})).status).toBe(403);
  });
});
