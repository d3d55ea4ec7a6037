import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chooseSystem, nearest, SYSTEMS } from './reference-systems.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('npm start', () => {
  it('knows every folder of systems that has a definition, and no other', () => {
    const folders = readdirSync(join(root, 'systems')).filter((name) =>
      existsSync(join(root, 'systems', name, 'breakwater.config.ts')),
    );
    expect(Object.keys(SYSTEMS).sort()).toEqual(folders.sort());
  });

  it('runs the catalogue unless a system is named, and leaves the other words to `breakwater dev`', () => {
    expect(chooseSystem([])).toEqual({ system: 'catalog', rest: [] });
    expect(chooseSystem(['--port', '9000'])).toEqual({ system: 'catalog', rest: ['--port', '9000'] });
    expect(chooseSystem(['payments', '--port', '9000'])).toEqual({
      system: 'payments',
      rest: ['--port', '9000'],
    });
  });

  it('suggests the system that was probably meant', () => {
    const names = Object.keys(SYSTEMS);
    expect(nearest('payment', names)).toBe('payments');
    expect(nearest('catalogue', names)).toBe('catalog');
    expect(nearest('Storefornt', names)).toBe('storefront');
    expect(nearest('store', names)).toBe('storefront');
    expect(nearest('shpo', names)).toBe('shop');
    expect(nearest('kubernetes', names)).toBeNull();
    expect(nearest('toString', names)).toBeNull();
  });

  it('refuses an unknown system with exit code 2, before anything is installed or built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'breakwater-'));
    try {
      mkdirSync(join(folder, 'scripts'));
      for (const name of ['start.mjs', 'reference-systems.mjs', 'setup.mjs'])
        copyFileSync(join(root, 'scripts', name), join(folder, 'scripts', name));
      const { status, stderr } = spawnSync(
        process.execPath,
        ['scripts/start.mjs', 'payment', '--port', '1'],
        {
          cwd: folder,
          encoding: 'utf8',
        },
      );
      expect(status).toBe(2);
      for (const name of Object.keys(SYSTEMS)) expect(stderr).toContain(name);
      expect(stderr).toContain('npm start -- payments');
      expect(stderr).not.toContain('Installing');
      expect(existsSync(join(folder, 'node_modules'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
