import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useExternalPostgres } from './external-postgres.ts';
import { parseDatabaseUrl } from './external-url.ts';
import { findFreePort } from './ports.ts';
import { type PostgresStore, startPostgres } from './start-postgres.ts';
import { clientOptions, connect, createProject, query, recordStore } from './testing.ts';

describe('useExternalPostgres', () => {
  let server: PostgresStore;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const project = await createProject();
    remove = project.remove;
    server = await startPostgres(recordStore(project.directory).options);
  });

  afterAll(async () => {
    await server.stop();
    await remove();
  });

  function urlWith(change: Partial<Record<'password' | 'database' | 'port', string>> = {}): string {
    const fields = { ...server.connectionFields() };
    return `postgresql://postgres:${change.password ?? fields['password']}@127.0.0.1:${change.port ?? fields['port']}/${change.database ?? fields['dbname']}`;
  }

  const use = (url: string, proxied = false) =>
    useExternalPostgres({ key: 'products', url, proxied, onState: () => {} });

  it('gives tasks the address and credentials of the URL, and leaves the server running when it stops', async () => {
    const store = await use(urlWith());
    expect(store.connectionFields()).toEqual(server.connectionFields());
    expect(store.snapshot()).toEqual({ ...server.snapshot(), pid: null });
    await store.stop();
    expect(store.snapshot().state).toBe('stopped');
    expect(await query(clientOptions(server), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses to stop the server or to slow one that tasks reach directly', async () => {
    const store = await use(urlWith());
    await expect(store.crash()).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(store.setDelay(100)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(server.snapshot().state).toBe('running');
  });

  it('slows the answers behind a port of its own when asked to', async () => {
    const store = await use(urlWith(), true);
    expect(store.port).not.toBe(server.port);
    const client = await connect(clientOptions(store));
    await store.setDelay(300);
    const order: string[] = [];
    await Promise.all([
      client.query('select 1').then(() => order.push('slowed')),
      query(clientOptions(server), 'select 1').then(() => order.push('direct')),
    ]);
    expect(order).toEqual(['direct', 'slowed']);
    await store.stop();
    await expect(connect(clientOptions(store))).rejects.toThrow(/ECONNREFUSED/);
  });

  it.each([
    ['a wrong password', () => urlWith({ password: 's3cret-wrong' }), /the password of postgres is wrong/],
    ['a database that is not there', () => urlWith({ database: 'nowhere' }), /no database nowhere/],
    ['TLS that the server lacks', () => `${urlWith()}?sslmode=require`, /SSL/],
  ])('says what is wrong with %s, without the password', async (_what, url, message) => {
    const error = await use(url()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'STORE_FAILED', message: expect.stringMatching(message) });
    expect(String(error)).not.toMatch(/s3cret|:[^/]*@/);
  });

  it('says that nobody listens', async () => {
    const port = String(await findFreePort(null));
    await expect(use(urlWith({ port }))).rejects.toThrow(/nobody listens there/);
  });
});

describe('parseDatabaseUrl', () => {
  it('reads what a URL holds, decoded', () => {
    expect(
      parseDatabaseUrl(
        'postgres://us%40er:p%2Fw@db.example.com/my%20db?sslmode=verify-full&sslrootcert=/ca.pem',
      ),
    ).toEqual({
      host: 'db.example.com',
      port: 5432,
      databaseName: 'my db',
      username: 'us@er',
      password: 'p/w',
      sslMode: 'verify-full',
      caFile: '/ca.pem',
    });
    expect(parseDatabaseUrl('postgresql://u@[::1]:6000/d').host).toBe('::1');
  });

  it.each([
    'localhost:5432/db',
    'mysql://u:pass@h/db',
    'postgres://h/db',
    'postgres://u:pass@h',
    'postgres://u:pass@h/a/b',
    'postgres://u:pa%ss@h/db',
    'postgres://u:pass@h/db?sslmode=maybe',
    'postgres://u:pass@h:99999/db',
    '',
  ])('refuses %j without repeating its password', (url) => {
    expect(() => parseDatabaseUrl(url)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    expect(() => parseDatabaseUrl(url)).not.toThrow(/pass|pa%ss/);
  });

  it('gives back any user, password and database that were encoded', () => {
    const text = fc
      .string({ minLength: 1, unit: 'binary' })
      .filter((value) => !value.includes('/') && value !== '.' && value !== '..');
    fc.assert(
      fc.property(text, text, text, (username, password, databaseName) => {
        const url = `postgresql://${[username, password].map(encodeURIComponent).join(':')}@h/${encodeURIComponent(databaseName)}`;
        expect(parseDatabaseUrl(url)).toMatchObject({ username, password, databaseName });
      }),
    );
  });
});
