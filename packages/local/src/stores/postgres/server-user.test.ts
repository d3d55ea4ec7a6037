import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres } from './start-postgres.ts';
import { bundleScript, clientOptions, createProject, query, recordStore } from './testing.ts';

const isRoot = process.getuid?.() === 0;

/** What a process on the database says of its user: effective id, and the id inside its namespace. */
async function ownerOfServer(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1]);
}

describe.runIf(process.platform === 'linux' && isRoot)('as root, whom PostgreSQL refuses', () => {
  let directory: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ directory, remove } = await createProject());
  });
  afterEach(() => remove());

  it('runs as another user who can enter the folder, and opens only the state folder to it', async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const store = await startPostgres(recordStore(directory).options);
    const uid = await ownerOfServer(store.snapshot().pid ?? 0);
    expect(uid).not.toBe(0);
    expect((await stat(join(directory, 'data'))).uid).toBe(uid);
    expect((await stat(directory)).mode & 0o077).toBe(0o011);
    expect((await stat(join(directory, 'credentials.json'))).uid).toBe(0);
    await store.stop();
  });

  it('runs in a folder that is closed to all others, without opening it', async (context) => {
    const project = dirname(dirname(dirname(dirname(directory))));
    await chmod(project, 0o700);
    try {
      execFileSync('unshare', ['--user', '--map-user=65534', 'true']);
    } catch {
      context.skip('this machine allows no user namespaces');
    }
    for (const turn of ['first', 'second']) {
      const store = await startPostgres(recordStore(directory).options);
      expect(await query(clientOptions(store), `select '${turn}' as turn`)).toEqual([{ turn }]);
      await store.stop();
    }
    expect((await stat(project)).mode & 0o777).toBe(0o700);
  });

  it('runs as an ordinary user when that is who starts it', async () => {
    // A process that drops root for good, so the sources are bundled for plain Node.
    const project = dirname(dirname(dirname(dirname(directory))));
    const script = join(project, 'start.cjs');
    await bundleScript(
      script,
      `import { startPostgres } from './start-postgres.ts';
      import { clientOptions, query, recordStore } from './testing.ts';
      void (async () => {
        const store = await startPostgres(recordStore(process.argv[2]).options);
        const rows = await query(clientOptions(store), 'select current_database() as name');
        await store.stop();
        console.log(JSON.stringify({ uid: process.getuid(), rows }));
      })();`,
    );
    await chmod(project, 0o777);
    const nobody = 65_534;
    const answer = execFileSync(process.execPath, [script, directory], {
      uid: nobody,
      gid: nobody,
      cwd: project,
    });
    expect(JSON.parse(String(answer))).toEqual({ uid: nobody, rows: [{ name: 'productdb' }] });
    expect((await stat(join(directory, 'data'))).uid).toBe(nobody);
  });
});
