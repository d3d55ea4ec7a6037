import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('an empty environment gives the documented defaults', () => {
  expect(readConfig({})).toEqual({
    host: '0.0.0.0',
    port: 5000,
    service: 'catalog',
    region: null,
    logLevel: 'info',
    logRequests: 'problems',
    shutdown: { graceMs: 3000, limitMs: 25_000 },
    database: {
      host: '127.0.0.1',
      port: 5432,
      database: 'productdb',
      user: 'postgres',
      password: '',
      ssl: false,
      poolSize: 8,
      connectTimeoutMs: 2000,
      statementTimeoutMs: 3000,
    },
  });
});

test('a database on another machine is reached by TLS unless told otherwise', () => {
  expect(readConfig({ DB_HOST: 'db.example.com' }).database.ssl).toEqual({ rejectUnauthorized: false });
  expect(readConfig({ DB_HOST: 'db.example.com', DB_SSL: 'verify-full' }).database.ssl).toEqual({
    rejectUnauthorized: true,
  });
  expect(readConfig({ DB_HOST: 'db.example.com', DB_SSL: 'disable' }).database.ssl).toBe(false);
});

test('what other PostgreSQL clients read says how, where DB_SSL does not', () => {
  const of = (env: Record<string, string>) => readConfig({ DB_HOST: '127.0.0.1', ...env }).database.ssl;
  expect(of({ PGSSLMODE: 'require' })).toEqual({ rejectUnauthorized: false });
  expect(of({ PGSSLMODE: 'verify-full' })).toEqual({ rejectUnauthorized: true });
  expect(of({ PGSSLMODE: 'verify-full', DB_SSL: 'disable' })).toBe(false);
  expect(of({ PGSSLMODE: 'prefer' })).toBe(false);
});

test('all wrong settings are named at once, each with what it may be, and no password', () => {
  const env = {
    PORT: 'x',
    DB_POOL_SIZE: '0',
    LOG_LEVEL: 'loud',
    DB_SSL: 'verify-full',
    DB_SSL_CA: '/no/such/file',
    DB_PASSWORD: 'hidden',
  };
  const failure = (() => {
    try {
      readConfig(env);
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  expect(failure).toBeInstanceOf(ConfigError);
  const { message } = failure as ConfigError;
  for (const name of ['PORT', 'DB_POOL_SIZE', 'LOG_LEVEL', 'DB_SSL_CA'])
    expect(message).toContain(`${name} is "`);
  expect(message).not.toContain('hidden');
});
