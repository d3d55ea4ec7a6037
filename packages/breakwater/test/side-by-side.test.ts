import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '@breakwater/protocol';
import { copySystems, type DrivenEngine, startEngineCli } from '@breakwater/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** All four systems, and the catalogue once more in another folder. */
const copies = copySystems(['catalog', 'shop', 'payments', 'storefront']);
const elsewhere = copySystems(['catalog']);
const folders = {
  catalog: copies.directory('catalog'),
  shop: copies.directory('shop'),
  payments: copies.directory('payments'),
  storefront: copies.directory('storefront'),
  'catalog elsewhere': elsewhere.directory('catalog'),
} as const;
type Name = keyof typeof folders;
const NAMES = Object.keys(folders) as readonly Name[]; // The keys of the object above.

const engines = new Map<Name, DrivenEngine>();
const engineOf = (name: Name): DrivenEngine => {
  const engine = engines.get(name);
  if (engine === undefined) throw new Error(`${name} does not run.`);
  return engine;
};

beforeAll(async () => {
  // At the same instant: whatever two of them could both choose, they would.
  const started = await Promise.allSettled(
    NAMES.map(async (name) => {
      engines.set(name, await startEngineCli(folders[name], ['--no-watch']));
    }),
  );
  for (const one of started) if (one.status === 'rejected') throw one.reason;
}, 120_000);

afterAll(async () => {
  await Promise.all([...engines.values()].map((engine) => engine.stop()));
  copies.remove();
  elsewhere.remove();
}, 60_000);

/** Every port that a system listens on or tells somebody about. */
function portsOf({ url, controlUrl, tasks, stores, calls }: Snapshot): readonly number[] {
  const addresses = [url, controlUrl, ...calls.map((one) => one.url), ...stores.map((one) => one.address)];
  // The tables of a system share a server, and so do its buckets.
  const ports = new Set(addresses.flatMap((address) => /:(\d+)(?:\/|$)/.exec(address ?? '')?.[1] ?? []));
  return [...[...ports].map(Number), ...tasks.map(({ port }) => port)];
}

/** Processes of a system: engine, tasks, stores and whatever they have started. */
function processesOf(directory: string): readonly string[] {
  return execFileSync('ps', ['axeww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .filter((line) => line.includes(`${directory}/`) && !line.includes('ps axeww'));
}

const write = async (url: string, path: string, body: object, key: string): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });

/** The names of all products that the marker of these tests is in. */
async function productsIn(name: Name): Promise<readonly string[]> {
  const response = await fetch(`${engineOf(name).url}/api/products?q=side-by-side&limit=100`);
  // The catalogue's contract.
  const { products } = (await response.json()) as { readonly products: readonly { readonly name: string }[] };
  return products.map((product) => product.name);
}

const ORDER = {
  customer: { name: 'Ada', email: 'ada@example.org' },
  items: [{ sku: 'lamp', name: 'Lamp', quantity: 1, unitPrice: 1999 }],
  currency: 'EUR',
  paymentMethod: 'card_ok',
};

const answers = async (name: Name): Promise<number> => {
  const path =
    { payments: '/order/openapi.json', storefront: '/api/shop' }[name as string] ?? '/api/products';
  return (await fetch(engineOf(name).url + path)).status;
};

test('five systems that start in the same instant have no port in common', async () => {
  const snapshots = await Promise.all(NAMES.map((name) => engineOf(name).snapshot()));
  expect(snapshots.map(({ state }) => state)).toEqual(NAMES.map(() => 'ready'));
  const ports = snapshots.flatMap(portsOf);
  expect(ports.every((port) => port > 0)).toBe(true);
  expect(new Set(ports).size).toBe(ports.length);
  // No task had to be started twice because somebody had taken its port.
  expect(snapshots.flatMap(({ tasks }) => tasks).filter(({ stopCode }) => stopCode !== null)).toEqual([]);
});

test('each answers with its own data', async () => {
  const catalogues = ['catalog', 'shop', 'catalog elsewhere'] as const;
  for (const name of catalogues) {
    const product = { name: `side-by-side ${name}`, price: 1.5 };
    expect((await write(engineOf(name).url, '/api/products', product, name)).status).toBe(201);
  }
  for (const name of catalogues) expect(await productsIn(name)).toEqual([`side-by-side ${name}`]);

  const { url } = engineOf('payments');
  const accepted = await write(url, '/order/orders', ORDER, 'side-by-side');
  expect(accepted.status).toBe(202);
  const address = url + (accepted.headers.get('location') ?? '');
  await expect
    .poll(async () => (await fetch(address)).text(), { timeout: 20_000 })
    .toContain('"state":"completed"');

  const account = { email: 'side-by-side@example.com', name: 'Ada', password: 'correct horse battery' };
  expect((await write(engineOf('storefront').url, '/api/users', account, 'ada')).status).toBe(201);
});

test('a system that is stopped leaves the others alone, and comes back with its data', async () => {
  const others = NAMES.filter((name) => name !== 'catalog');
  const before = await Promise.all(others.map(async (name) => (await engineOf(name).snapshot()).tasks));
  expect((await engineOf('catalog').stop()).exitCode).toBe(0);
  expect(await Promise.all(others.map(answers))).toEqual(others.map(() => 200));
  const after = await Promise.all(others.map(async (name) => (await engineOf(name).snapshot()).tasks));
  expect(after.map((tasks) => tasks.map(({ pid }) => pid))).toEqual(
    before.map((tasks) => tasks.map(({ pid }) => pid)),
  );
  engines.set('catalog', await startEngineCli(folders.catalog, ['--no-watch']));
  expect(await productsIn('catalog')).toEqual(['side-by-side catalog']);
}, 60_000);

test('an engine that is killed leaves nothing behind and the others alone', async () => {
  const killed = engineOf('payments');
  expect(processesOf(killed.directory).length).toBeGreaterThan(6);
  const others = NAMES.filter((name) => name !== 'payments');
  process.kill(killed.pid, 'SIGKILL');
  engines.delete('payments');
  for (let look = 0; processesOf(killed.directory).length > 0 && look < 300; look += 1) await sleep(50);
  expect(processesOf(killed.directory)).toEqual([]);
  expect(await Promise.all(others.map(answers))).toEqual(others.map(() => 200));
  for (const name of others)
    expect((await engineOf(name).snapshot()).tasks.filter(({ stopCode }) => stopCode !== null)).toEqual([]);
  // What was acknowledged is there for the next engine.
  const next = await startEngineCli(folders.payments, ['--no-watch']);
  engines.set('payments', next);
  const again = await write(next.url, '/order/orders', ORDER, 'side-by-side');
  expect(await again.text()).toContain('"state":"completed"');
}, 60_000);
