import type pg from 'pg';
import type { Database } from './database.ts';
import { type Migration, migrations } from './migrations.ts';

// The libraries for this read migration files from a folder at run time, which one bundled file does not have, and their
// locks fail or wait without limit where several tasks start at once. What is needed is one lock and one transaction.

/** Any number that no other user of the database takes for an advisory lock. */
const lockKey = 7_236_489_016;

/** How far the database is. */
export interface Migrated {
  readonly version: number;
  readonly applied: readonly string[];
}

/**
 * Brings the schema to this release's version. Any number of tasks may do so at once: one works, the others wait (up to the
 * lock timeout) and find nothing left. Each step is whole or not at all. A database that is ahead of this release is left alone.
 */
export async function migrate(
  database: Database,
  steps: readonly Migration[] = migrations,
): Promise<Migrated> {
  return database.withClient(async (client) => {
    const latest = steps.at(-1)?.version ?? 0;
    // Nearly every start finds nothing to do: then no lock is taken.
    const current = await currentVersion(client);
    if (current >= latest) return { version: current, applied: [] };

    await client.query('BEGIN');
    try {
      await client.query("SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '20s'");
      await query(client, 'SELECT pg_advisory_xact_lock($1)', [lockKey]);
      await query(
        client,
        'CREATE TABLE IF NOT EXISTS schema_migrations (version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
      );
      const done = await query(client, 'SELECT coalesce(max(version), 0) FROM schema_migrations');
      const applied: string[] = [];
      for (const step of steps.filter(({ version }) => version > Number(done[0]?.[0]))) {
        await query(client, step.sql);
        await query(client, 'INSERT INTO schema_migrations (version, name) VALUES ($1, $2)', [
          step.version,
          step.name,
        ]);
        applied.push(step.name);
      }
      await client.query('COMMIT');
      return { version: Math.max(latest, Number(done[0]?.[0])), applied };
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  });
}

async function currentVersion(client: pg.ClientBase): Promise<number> {
  const table = await query(client, "SELECT to_regclass('schema_migrations')");
  if (table[0]?.[0] == null) return 0;
  const rows = await query(client, 'SELECT coalesce(max(version), 0) FROM schema_migrations');
  return Number(rows[0]?.[0]);
}

async function query(
  client: pg.ClientBase,
  text: string,
  values?: readonly unknown[],
): Promise<readonly unknown[][]> {
  // A migration may take longer than a request may: the client's own limit is lifted, the server's is set above.
  const config = {
    text,
    rowMode: 'array' as const,
    query_timeout: 65_000,
    ...(values ? { values: [...values] } : {}),
  };
  const result = await client.query<unknown[]>(config);
  return result.rows;
}
