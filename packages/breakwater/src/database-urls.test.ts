import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDatabaseUrls } from './database-urls.ts';

const URL_A = 'postgresql://me:secret@db/a';
const URL_B = 'postgres://db/b';

describe('readDatabaseUrls', () => {
  it('needs no name where there is one database', () => {
    expect(readDatabaseUrls([URL_B], ['products'], {})).toEqual({
      urls: { products: URL_B },
      exposed: false,
    });
  });

  it('knows that a password in an argument was exposed', () => {
    expect(readDatabaseUrls([URL_A], ['products'], {}).exposed).toBe(true);
  });

  it('takes addresses from files and variables, which expose nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'breakwater-'));
    try {
      writeFileSync(join(folder, 'url'), `${URL_A}\n`);
      expect(readDatabaseUrls([`a=@${folder}/url`, 'b=$B'], ['a', 'b'], { B: URL_B })).toEqual({
        urls: { a: URL_A, b: URL_B },
        exposed: false,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads the environment, and lets the option win', () => {
    const environment = { BREAKWATER_DATABASE_URL_ORDER_LOG: URL_A, BREAKWATER_DATABASE_URL_B: URL_A };
    expect(readDatabaseUrls([`b=${URL_B}`], ['order-log', 'b'], environment).urls).toEqual({
      'order-log': URL_A,
      b: URL_B,
    });
    expect(readDatabaseUrls([], ['a'], { BREAKWATER_DATABASE_URL: URL_A }).urls).toEqual({ a: URL_A });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['an unknown store', [`x=${URL_A}`], ['a']],
    ['no name where there are two', [URL_A], ['a', 'b']],
    ['another protocol', ['mysql://me:secret@db/a'], ['a']],
    ['no URL', ['a=me:secret@db'], ['a']],
    ['a variable that is not set', ['$GONE'], ['a']],
    ['a file that is not there', ['@/gone'], ['a']],
    ['no database', [URL_A], []],
  ])('refuses %s without repeating the address', (_, given, stores) => {
    let error: unknown;
    try {
      readDatabaseUrls(given, stores, {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'CliError', exitCode: 2 });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
  });
});
