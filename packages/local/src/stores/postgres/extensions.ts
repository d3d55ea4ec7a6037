import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';

/**
 * Extensions that come with PostgreSQL, that only a superuser may create there, and that RDS and Aurora let the master
 * user create, who is none. Those that PostgreSQL trusts every database owner with (`pg_trgm`, `pgcrypto`, `citext`,
 * `hstore`, `uuid-ossp` …) need no mention. `aws_*` and others of AWS's own do not exist here.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Extensions.html
 */
export const RDS_EXTENSIONS = [
  'amcheck',
  'autoinc',
  'bloom',
  'dblink',
  'earthdistance',
  'insert_username',
  'intagg',
  'moddatetime',
  'pg_buffercache',
  'pg_freespacemap',
  'pg_prewarm',
  'pg_stat_statements',
  'pg_visibility',
  'pgrowlocks',
  'pgstattuple',
  'postgres_fdw',
  'refint',
  'sslinfo',
] as const;

/**
 * Writes control files for {@link RDS_EXTENSIONS} to `folder` that let a database's owner create them, and leave their
 * scripts where the package has them. `extension_control_path` puts the folder before the package's own.
 */
export async function writeTrustedExtensions(binaries: PostgresBinaries, folder: string): Promise<void> {
  const source = join(binaries.home, 'share', 'postgresql', 'extension');
  const target = join(folder, 'extension');
  await mkdir(target, { recursive: true, mode: 0o755 });
  for (const path of [folder, target]) await chmod(path, 0o755);
  await Promise.all(
    RDS_EXTENSIONS.map(async (name) => {
      const control = await readFile(join(source, `${name}.control`), 'utf8').catch(() => null);
      if (control === null) return;
      const directory = `directory = '${source.replaceAll("'", "''")}'`;
      const file = join(target, `${name}.control`);
      await writeFile(file, `${control}\n${directory}\ntrusted = true\n`);
      await chmod(file, 0o644);
    }),
  );
}
