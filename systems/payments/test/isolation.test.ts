import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { copySystem, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planOf, storeNames } from '../check/src/check-local.ts';
import { ask, send } from './client.ts';

const system = copySystem('payments');
let engine: DrivenEngine;
let names: ReturnType<typeof storeNames>;

beforeAll(async () => {
  cpSync(join(import.meta.dirname, 'rogue.mjs'), join(system.directory, 'services', 'rogue.mjs'));
  const rogue = ['order', 'payment', 'notification'].flatMap((service) => [
    '--run',
    `${service}=node rogue.mjs`,
  ]);
  engine = await startEngineCli(system.directory, ['--no-watch', ...rogue]);
  names = storeNames(await planOf(system.directory, 'dev'));
}, 60_000);

afterAll(async () => {
  await engine?.stop();
  system.remove();
}, 60_000);

type Service = 'order' | 'payment' | 'notification';

/** Lets a program with the service's credentials try something. */
async function attempt(service: Service, what: string, on: string) {
  const query = new URLSearchParams({ try: what, what: on });
  const { json } = await ask(`${engine.url}/${service}/x?${query}`);
  return json;
}

describe('stores', () => {
  const own = {
    order: () => names.orders,
    payment: () => names.ledger,
    notification: () => names.notifications,
  };
  const services = Object.keys(own) as readonly Service[]; // The object has exactly these keys.
  const onTables = { 'scan-table': 'Scan', 'read-table': 'GetItem', 'write-table': 'PutItem' } as const;
  const onBuckets = ['list-bucket', 'read-bucket', 'write-bucket'] as const;

  test('a service reads and writes its own table and bucket', async () => {
    for (const service of services) {
      for (const what of ['write-table', 'read-table', 'scan-table'])
        expect(await attempt(service, what, own[service]())).toEqual({ allowed: true });
    }
    for (const what of ['write-bucket', 'read-bucket', 'list-bucket'])
      expect(await attempt('payment', what, names.payments)).toEqual({ allowed: true });
  });

  const pairs = services.flatMap((service) =>
    services.filter((other) => other !== service).map((other) => [service, other] as const),
  );
  test.each(pairs)('%s neither reads nor writes the table of %s', async (service, other) => {
    for (const [what, action] of Object.entries(onTables)) {
      const { allowed, name, message } = await attempt(service, what, own[other]());
      expect({ allowed, name }).toEqual({ allowed: false, name: 'AccessDeniedException' });
      expect(message).toMatch(
        new RegExp(
          `^User: arn:aws:sts::\\d+:assumed-role/.*${service}.* is not authorized to perform: dynamodb:${action} on resource: arn:aws:dynamodb:us-east-1:\\d+:table/${own[other]()} because`,
        ),
      );
    }
  });

  test.each(['order', 'payment'] as const)(
    '%s neither reads nor writes the bucket of notification',
    async (service) => {
      for (const what of onBuckets)
        expect(await attempt(service, what, names.receipts)).toMatchObject({
          allowed: false,
          name: 'AccessDenied',
          message: expect.stringContaining('is not authorized to perform: s3:'),
        });
    },
  );

  test("a task's keys end with the task", async () => {
    const { tasks } = await engine.snapshot();
    const payments = tasks.filter((task) => task.service === 'payment' && task.state === 'RUNNING');
    const [victim] = payments;
    const { json } = await ask(`http://${victim?.host}:${victim?.port}/?try=keys`);
    const { endpoint, region } = json.given;
    const { accessKeyId, secretAccessKey, sessionToken } = json.given.credentials;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const tables = new DynamoDBClient({ credentials, endpoint, region, maxAttempts: 1 });
    const scan = () => tables.send(new ScanCommand({ TableName: names.ledger }));
    // Stolen, and good for what the task may do, no more.
    expect((await scan()).$metadata.httpStatusCode).toBe(200);
    await expect(tables.send(new ScanCommand({ TableName: names.orders }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await engine.chaos({ action: 'kill-task', task: victim?.id ?? '' });
    await engine.until('the task has ended', ({ tasks: now }) =>
      now.every(({ id, state }) => id !== victim?.id || state === 'STOPPED'),
    );
    await expect
      .poll(() =>
        scan().then(
          () => 'allowed',
          ({ name }) => name,
        ),
      )
      .toBe('ExpiredTokenException');
    // The others' are their own.
    expect(await attempt('payment', 'scan-table', names.ledger)).toEqual({ allowed: true });
  });
});

describe('calls', () => {
  const address = async (to: string): Promise<string> => {
    const { calls } = await engine.snapshot();
    return calls.find((call) => call.to === to)?.url ?? '';
  };

  test('a service is told where those are that it calls, and nobody else', async () => {
    for (const name of ['PAYMENT_URL', 'NOTIFICATION_URL'])
      expect(await attempt('order', 'environment', name)).toEqual({ allowed: true });
    expect(await attempt('payment', 'environment', 'NOTIFICATION_URL')).toMatchObject({ name: 'Unset' });
    expect(await attempt('notification', 'environment', 'PAYMENT_URL')).toMatchObject({ name: 'Unset' });
    for (const service of ['payment', 'notification'] as const)
      expect(await attempt(service, 'environment', 'ORDER_URL')).toMatchObject({ name: 'Unset' });
  });

  test('order reaches both', async () => {
    for (const to of ['payment', 'notification'])
      expect(await attempt('order', 'call', `${await address(to)}/`)).toEqual({ allowed: true });
  });

  // Who is at the other end of a connection is told by Linux alone.
  test.runIf(process.platform === 'linux').each([
    ['payment', 'notification'],
    ['notification', 'payment'],
    ['payment', 'payment'],
  ] as const)('%s, which has found the address of %s, is refused and told why', async (service, to) => {
    const { allowed, name, message } = await attempt(service, 'call', `${await address(to)}/`);
    expect({ allowed, name }).toEqual({ allowed: false, name: '403' });
    expect(message).toContain(`for calls from order to ${to}, and the caller is no task of order`);
  });

  test.runIf(process.platform === 'linux')('and so is a program that is no task at all', async () => {
    expect((await send(`${await address('notification')}/notification/notifications`, {})).status).toBe(403);
  });
});
