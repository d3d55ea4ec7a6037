import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureStep, fingerprint, isInstalled } from './setup.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'breakwater-'));
  mkdirSync(join(root, 'node_modules'));
  mkdirSync(join(root, 'src'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(root, name), text);

describe('isInstalled', () => {
  const lock = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });

  it('is false without node_modules', () => {
    write('package-lock.json', lock('1.0.0'));
    expect(isInstalled(root)).toBe(false);
  });

  it('is decided by the versions when the lock file is newer', () => {
    write('node_modules/.package-lock.json', lock('1.0.0'));
    utimesSync(join(root, 'node_modules/.package-lock.json'), 1, 1);
    write('package-lock.json', lock('1.0.0'));
    expect(isInstalled(root)).toBe(true);
    write('package-lock.json', lock('2.0.0'));
    expect(isInstalled(root)).toBe(false);
  });
});

describe('ensureStep', () => {
  const step = () => ({
    name: 'a thing',
    sources: ['src'],
    outputs: ['out.txt'],
    directory: '.',
    command: ['-e', "require('node:fs').appendFileSync('out.txt', 'x')"],
  });
  const builds = () => readFileSync(join(root, 'out.txt'), 'utf8').length;

  it('builds once, and again after a change, a deletion or a lost output; not for tests', () => {
    write('src/a.ts', '1');
    ensureStep(step(), root);
    ensureStep(step(), root);
    expect(builds()).toBe(1);
    write('src/a.test.ts', 'it()');
    ensureStep(step(), root);
    expect(builds()).toBe(1);
    write('src/b.ts', '2');
    ensureStep(step(), root);
    expect(builds()).toBe(2);
    rmSync(join(root, 'src/b.ts'));
    ensureStep(step(), root);
    expect(builds()).toBe(3);
    rmSync(join(root, 'out.txt'));
    ensureStep(step(), root);
    expect(existsSync(join(root, 'out.txt'))).toBe(true);
  });
});

describe('fingerprint', () => {
  it('counts what is missing as nothing', () => {
    expect(fingerprint(['gone'], root)).toBe(fingerprint([], root));
  });
});
