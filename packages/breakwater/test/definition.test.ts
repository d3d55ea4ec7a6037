import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, type CommandLine, createFolder } from './driver.ts';

let cli: CommandLine;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  cli = await buildCommandLine();
});
afterAll(() => cli.dispose());
afterEach(() => folder.dispose());

const HELLO = `{ name: 'hello', region: 'eu-south-1', services: { web: { image: './web', port: 3000, routes: ['/*'] } } }`;

async function planOf(source: string, name = 'breakwater.config.ts') {
  folder = createFolder({ [name]: source });
  return cli.run(['plan', '--json'], { cwd: folder.path });
}

describe('loading a definition', () => {
  it('takes an object, a promise, and a function that is told the environment', async () => {
    for (const source of [
      `import { defineSystem } from 'breakwater'; export default defineSystem(${HELLO});`,
      `export default Promise.resolve(${HELLO});`,
      `export default ({ env }: { env: string }) => ({ ...${HELLO}, tags: { Seen: env } });`,
    ]) {
      const { stdout, stderr, code } = await planOf(source);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(JSON.parse(stdout).plan.system).toBe('hello');
      folder.dispose();
    }
  });

  it.each(['breakwater.config.mts', 'breakwater.config.js', 'breakwater.config.mjs'])(
    'finds %s',
    async (name) => {
      const { code } = await planOf(`export default ${HELLO};`, name);
      expect(code).toBe(0);
    },
  );

  it('is found from a folder below, and bundles what it imports', async () => {
    folder = createFolder({
      'breakwater.config.ts': "import { base } from './parts/base.ts';\nexport default base;",
      'parts/base.ts': `export const base = ${HELLO};`,
    });
    const { code, stdout } = await cli.run(['plan', '--json'], { cwd: join(folder.path, 'parts') });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).plan.services.web.port).toBe(3000);
  });

  it('keeps its cache in .breakwater and out of git', async () => {
    await planOf(`export default ${HELLO};`);
    expect(folder.read('.breakwater/.gitignore')).toBe('*\n');
    expect(readdirSync(join(folder.path, '.breakwater', 'cache'))).toHaveLength(1);
  });

  it('shows import.meta.url of the source, not of the cache', async () => {
    const { stdout } = await planOf(
      `export default { ...${HELLO}, tags: { Where: import.meta.dirname.split('/').at(-1)! } };`,
    );
    expect(JSON.parse(stdout).plan.tags.Where).toBe(folder.path.split('/').at(-1));
  });
});

describe('a definition that cannot be loaded exits 1 with the place', () => {
  it('a syntax error, with the line and a caret', async () => {
    const { code, stdout, stderr } = await planOf("export default {\n  name: 'x',,\n};\n");
    expect(stderr).toContain('breakwater.config.ts cannot be read');
    expect(stderr).toMatch(/breakwater\.config\.ts:2:13: /);
    expect(stderr).toMatch(/> 2 \| {3}name: 'x',,\n\s+\| {13}\^/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  it('an error that it throws, with the line of the source', async () => {
    const { code, stderr } = await planOf(
      "const one: number = 1;\nfunction fail(): never {\n  throw new RangeError('no luck');\n}\nexport default one > 0 ? fail() : {};\n",
    );
    expect(stderr).toContain('failed while it was loaded: RangeError: no luck.');
    expect(stderr).toMatch(/breakwater\.config\.ts:3:9\n/);
    expect(stderr).toContain("> 3 |   throw new RangeError('no luck');");
    expect(code).toBe(1);
  });

  it('no default export, naming those it has', async () => {
    const { code, stderr } = await planOf('export const system = 1;');
    expect(stderr).toContain('has no default export: it exports system only.');
    expect(code).toBe(1);
  });

  it('a default export that is no definition', async () => {
    const { code, stderr } = await planOf('export default 42;');
    expect(stderr).toContain('gives no definition: its default export is number.');
    expect(code).toBe(1);
  });

  it('an import of a file that is not there, and of a package that is not installed', async () => {
    const missing = await planOf("import x from './gone.ts';\nexport default x;");
    expect(missing.stderr).toContain('Could not resolve "./gone.ts"');
    folder.dispose();
    const { code, stderr } = await planOf("import x from 'left-pad-of-nobody';\nexport default x;");
    expect(stderr).toContain('imports left-pad-of-nobody: that package is not installed here.');
    expect(code).toBe(1);
  });
});

describe('a definition with mistakes', () => {
  const WRONG = `export default { name: 'hello', region: 'eu-south-9', services: { web: { image: './web', prot: 3000, health: 42 } } };`;

  it('shows all of them at once on stderr and exits 1', async () => {
    folder = createFolder({ 'breakwater.config.ts': WRONG });
    for (const words of [['plan'], ['dev'], ['start'], ['explain', 'services']]) {
      const { code, stdout, stderr } = await cli.run(words, { cwd: folder.path });
      expect(stderr).toContain('services.web.prot');
      expect(stderr).toContain('region');
      expect(stderr).toContain('services.web.health');
      expect(stdout).toBe('');
      expect(code).toBe(1);
    }
  });

  it('gives them as JSON with plan --json', async () => {
    const { code, stdout } = await planOf(WRONG);
    const { plan, diagnostics } = JSON.parse(stdout);
    expect(plan).toBeNull();
    expect(diagnostics.length).toBeGreaterThanOrEqual(3);
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: expect.stringMatching(/^BW/) });
    expect(code).toBe(1);
  });
});

describe('environments', () => {
  it('come from --env, else from ENVIRONMENT_SUFFIX, else are dev', async () => {
    folder = createFolder({ 'breakwater.config.ts': `export default ${HELLO};` });
    const envOf = async (words: string[], env = {}) =>
      JSON.parse((await cli.run(['plan', '--json', ...words], { cwd: folder.path, env })).stdout).plan.env;
    expect(await envOf([])).toBe('dev');
    expect(await envOf([], { ENVIRONMENT_SUFFIX: 'pr42' })).toBe('pr42');
    expect(await envOf(['-e', 'prod'], { ENVIRONMENT_SUFFIX: 'pr42' })).toBe('prod');
  });
});

describe('dev and start refuse what cannot be', () => {
  it.each([
    [['--run', 'wbe=node x.js'], '--run names the service wbe: the definition has web.'],
    [['--run', 'node x.js'], 'it must name a service and a command'],
    [['--run', "web='node x.js"], 'a quote is left open'],
    [['--database-url', 'postgresql://me:topsecret@db/x'], 'the definition has no database'],
  ])('%j exits 2', async (words, message) => {
    folder = createFolder({ 'breakwater.config.ts': `export default ${HELLO};` });
    const { code, stderr } = await cli.run(['dev', ...words], { cwd: folder.path });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('topsecret');
    expect(code).toBe(2);
    expect(existsSync(join(folder.path, '.breakwater', 'engine.json'))).toBe(false);
  });
});
