import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/** Type instantiations that a definition of 100 services may cost beyond one of a single service. A count, not a time: it is the same on every machine. */
const BUDGET = 20_000;

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'breakwater-types-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function definition(services: number): string {
  const entries = Array.from({ length: services }, (_, index) => {
    const next = `s${(index + 1) % services}`;
    return `s${index}: { image: './s${index}', size: { cpu: 512, memory: 1024 }, routes: ['/s${index}/*'], health: { interval: '30 s' }, scaling: { tasks: [2, 10], cooldown: '60 s' }, uses: ['t${index}', 'db'], calls: ['${next}'] },`;
  });
  const stores = Array.from({ length: services }, (_, index) => `t${index}: table({ partitionKey: 'id' }),`);
  return `import { auroraPostgres, defineSystem, table } from '${folder}/src/index.ts';
export default defineSystem({ name: 'big', region: 'eu-south-1', stores: { db: auroraPostgres(), ${stores.join('\n')} }, services: { ${entries.join('\n')} } });
`;
}

function instantiations(services: number): number {
  const file = join(scratch, `definition-${services}.ts`);
  writeFileSync(file, definition(services));
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--extendedDiagnostics',
    '--allowImportingTsExtensions',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    '',
    '--ignoreConfig',
  ];
  const output = execFileSync(process.execPath, [tsc, ...flags, file], { encoding: 'utf8' });
  return Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1]);
}

test('the type tests hold: every mistake they name is refused, and nothing else', { timeout: 60_000 }, () => {
  expect(() =>
    execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.types.json')], { encoding: 'utf8' }),
  ).not.toThrow();
});

test(`a definition of 100 services costs at most ${BUDGET} type instantiations more than one of a single service`, {
  timeout: 60_000,
}, () => {
  const cost = instantiations(100) - instantiations(1);
  expect(cost).toBeGreaterThan(0);
  expect(cost).toBeLessThan(BUDGET);
});
