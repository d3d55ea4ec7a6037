import { execFileSync } from 'node:child_process';
import { auroraPostgres } from '@breakwater/plan';
import type { EngineFile, Snapshot } from '@breakwater/protocol';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleEngine, type EngineProcess } from './bundle.ts';
import {
  cleanUpAfterEach,
  connectionIn,
  createProject,
  eventually,
  freePort,
  isAlive,
  pidsOf,
  planOf,
  startReady,
} from './harness.ts';

cleanUpAfterEach();

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleEngine();
});
afterAll(() => bundle.dispose());

const withDatabase = () =>
  planOf({ uses: ['products'] }, { stores: { products: auroraPostgres({ database: 'productdb' }) } });

function fileOf(engine: EngineProcess): EngineFile {
  // What the child's main writes.
  return JSON.parse(/^started (.*)$/m.exec(engine.output())?.[1] ?? '') as EngineFile;
}

async function snapshotOf({ controlUrl, token }: EngineFile): Promise<Snapshot> {
  const response = await fetch(`${controlUrl}/v1/snapshot`, {
    headers: { authorization: `Bearer ${token}` },
  });
  // The control API's answer.
  return (await response.json()) as Snapshot;
}

/** Asks the database that the tasks behind the URL use. */
async function queryIn(url: string | null, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client(connectionIn(JSON.parse(await (await fetch(`${url}/env`)).text())));
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Everything of this machine whose command line or environment names the folder. */
function processesOf(directory: string): readonly string[] {
  return execFileSync('ps', ['axww', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(directory));
}

describe('an engine that is killed', () => {
  it('leaves no process, neither tasks nor database, and the next one starts with the same data', async () => {
    const project = createProject();
    const engine = bundle.launch({
      plan: withDatabase(),
      directory: project.directory,
      port: await freePort(),
      watch: true,
    });
    await eventually(engine.output, (text) => text.includes('ready'), 30);
    const before = await snapshotOf(fileOf(engine));
    const pids = pidsOf(before);
    expect(pids).toHaveLength(3);
    await queryIn(before.url, "CREATE TABLE kept AS SELECT 'all of it' AS what");
    engine.child.kill('SIGKILL');
    await engine.ended;
    await eventually(
      () => pids.filter(isAlive),
      (alive) => alive.length === 0,
    );
    await eventually(
      () => processesOf(project.directory),
      (left) => left.length === 0,
    );

    const next = await startReady(project, withDatabase());
    expect(await next.get('/')).toBe('one');
    const [store] = next.engine.snapshot().stores;
    expect(store).toMatchObject({ name: 'products', state: 'running' });
    expect(await queryIn(next.engine.file.url, 'SELECT what FROM kept')).toEqual([{ what: 'all of it' }]);
  }, 60_000);

  it('lets its process exit by itself after a stop, without a word about unhandled rejections', async () => {
    const project = createProject();
    const engine = bundle.launch({
      plan: planOf(),
      directory: project.directory,
      port: await freePort(),
      watch: true,
    });
    await eventually(engine.output, (text) => text.includes('ready'));
    engine.stop();
    expect(await engine.ended).toBe(0);
    expect(engine.output()).toContain('stopped');
    expect(engine.output()).not.toContain('unhandled');
  }, 40_000);

  it('lets its process exit by itself after a start that failed', async () => {
    const project = createProject();
    project.write('web/build.mjs', 'process.exit(4);');
    const process = { command: ['node', 'server.mjs'], build: ['node', 'build.mjs'] };
    const stores = { products: auroraPostgres({ database: 'productdb' }) };
    const engine = bundle.launch({
      plan: planOf({ process, uses: ['products'] }, { stores }),
      directory: project.directory,
      port: await freePort(),
      watch: true,
    });
    expect(await engine.ended).toBe(1);
    expect(engine.output()).toContain('The build of service "web" failed with exit code 4');
    expect(processesOf(project.directory)).toEqual([]);
  }, 40_000);

  it('lets its process exit by itself after a defect in the middle of a start, and the database with it', async () => {
    const project = createProject();
    const plan = withDatabase();
    const { web } = plan.services;
    if (web === undefined) throw new Error('The plan has no service web.');
    const engine = bundle.launch({
      // No plan has a service without any capacity; what places its first task throws.
      plan: { ...plan, services: { web: { ...web, capacity: [] } } },
      directory: project.directory,
      port: await freePort(),
      watch: true,
    });
    expect(await engine.ended).toBe(1);
    expect(engine.output()).toContain('capacity provider strategy');
    expect(processesOf(project.directory)).toEqual([]);
  }, 40_000);
});
