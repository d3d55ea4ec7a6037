import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('the connection string wins over the single fields', () => {
  const { database } = readConfig({
    DB_URL: 'postgresql://me:p%40ss@db.example.com:6543/shop?sslmode=verify-full',
    DB_HOST: 'elsewhere',
    DB_PASSWORD: 'other',
  });
  expect(database).toMatchObject({
    host: 'db.example.com',
    port: 6543,
    database: 'shop',
    user: 'me',
    password: 'p@ss',
    ssl: { rejectUnauthorized: true },
  });
});

test('the fields serve where there is no connection string, or where it leaves them out', () => {
  expect(readConfig({ DB_HOST: 'h', DB_USERNAME: 'u', DB_PASSWORD: 'p' }).database).toMatchObject({
    host: 'h',
    port: 5432,
    database: 'storefront',
    user: 'u',
    password: 'p',
    ssl: { rejectUnauthorized: false },
  });
  expect(readConfig({ DB_URL: 'postgres://127.0.0.1', DB_USERNAME: 'u' }).database).toMatchObject({
    host: '127.0.0.1',
    user: 'u',
    ssl: false,
  });
});

test('all wrong settings are named at once, and the connection string never', () => {
  const read = () =>
    readConfig({
      PORT: 'x',
      DB_URL: 'mysql://u:hidden@h/d',
      PAGES_PATH: 'no slash',
      SESSION_LIFETIME_SECONDS: '0',
    });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/PORT[\s\S]*SESSION_LIFETIME_SECONDS[\s\S]*PAGES_PATH/);
  expect(read).toThrow(/DB_URL must begin/);
  expect(read).not.toThrow(/hidden/);
});

test('pages may stand at the root', () => {
  expect(readConfig({ PAGES_PATH: '/' }).pagesPath).toBe('');
  expect(readConfig({}).pagesPath).toBe('/api/shop');
});
