import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Loader, Plugin } from 'esbuild';
import { renderCodeFrame } from './code-frame.ts';
import { CliError } from './errors.ts';
import { type DefinitionPlace, displayPath } from './find-definition.ts';
import { ownEntry } from './own-files.ts';

/** A definition made into one file that Node can import. */
export interface BundledDefinition {
  /** Absolute path of the module in `.breakwater/cache/`. */
  readonly module: string;
  /** Absolute paths of every file that went into it; packages are not among them. */
  readonly inputs: readonly string[];
}

const OLD_MS = 60 * 60 * 1000;

/**
 * Transpiles a definition and the files that it imports into one module in `.breakwater/cache/`, named by its content.
 * Packages stay imports. `breakwater` itself is the running one, unless another is installed where the definition is.
 * @throws CliError with place and code frame when the source does not parse or an import is not found.
 */
export async function bundleDefinition(place: DefinitionPlace): Promise<BundledDefinition> {
  const esbuild = await import('esbuild');
  const result = await esbuild
    .build({
      entryPoints: [place.file],
      absWorkingDir: place.directory,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: 'inline',
      sourcesContent: true,
      outfile: join(place.directory, '.breakwater', 'cache', 'definition.mjs'),
      logLevel: 'silent',
      plugins: [ownPackage(place.directory), ownLocation()],
    })
    .catch((error: unknown) => {
      throw isBuildFailure(error) ? describeFailure(error, place) : error;
    });
  const code = result.outputFiles[0]?.contents ?? new Uint8Array();
  const inputs = Object.keys(result.metafile.inputs).map((path) => resolve(place.directory, path));
  return { module: await writeModule(place.directory, code), inputs };
}

async function nearestPackage(file: string): Promise<string | null> {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (await stat(manifest).catch(() => null)) return realpath(manifest);
    if (directory === dirname(directory)) return null;
  }
}

/** Lets `import … from 'breakwater'` work wherever the definition lies, installed there or not (npx, global). */
function ownPackage(directory: string): Plugin {
  return {
    name: 'breakwater-package',
    setup(build) {
      build.onResolve({ filter: /^breakwater$/ }, async () => {
        const own = ownEntry();
        try {
          const installed = createRequire(join(directory, 'x.js')).resolve('breakwater/package.json');
          if ((await realpath(installed)) !== (await nearestPackage(own))) {
            return { path: 'breakwater', external: true };
          }
        } catch {
          // Not installed there: the running one serves.
        }
        return { path: pathToFileURL(own).href, external: true };
      });
    },
  };
}

const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
};

/** Keeps `import.meta.url`, `.dirname` and `.filename` pointing at the source, though the module runs from the cache. */
function ownLocation(): Plugin {
  return {
    name: 'breakwater-location',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const loader = LOADERS[extname(path)];
        if (!source.includes('import.meta.') || loader === undefined) return null;
        const values = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
        const contents = source.replace(/\bimport\.meta\.(url|dirname|filename)\b/g, (_, field: string) =>
          // The pattern allows these three names only.
          JSON.stringify(values[field as keyof typeof values]),
        );
        return { contents, loader };
      });
    },
  };
}

async function writeModule(directory: string, code: Uint8Array): Promise<string> {
  const cache = await prepareCache(directory);
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const module = join(cache, `definition-${hash}.mjs`);
  const temporary = join(cache, `.${hash}-${process.pid}.tmp`);
  await writeFile(temporary, code, { mode: 0o600 });
  await rename(temporary, module);
  await removeOld(cache, module);
  return module;
}

/** Makes `.breakwater/cache/`, and has git ignore all of `.breakwater/`. */
async function prepareCache(directory: string): Promise<string> {
  const folder = join(directory, '.breakwater');
  const cache = join(folder, 'cache');
  try {
    await mkdir(cache, { recursive: true });
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } catch (error) {
    throw new CliError(`${folder} cannot be written`, {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Breakwater keeps data and logs there: make the folder writable, or free some disk space.',
    });
  }
  return cache;
}

async function removeOld(cache: string, keep: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    if (path === keep || !(name.startsWith('definition-') || name.endsWith('.tmp'))) continue;
    const found = await stat(path).catch(() => null);
    // Another command may be about to import a young one.
    if (found && Date.now() - found.mtimeMs > OLD_MS) await rm(path, { force: true });
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function describeFailure(failure: BuildFailure, place: DefinitionPlace): CliError {
  const details = failure.errors.map(({ text, location }) => {
    if (!location) return text;
    const where = `${displayPath(resolve(place.directory, location.file))}:${location.line}:${location.column + 1}`;
    const frame = renderCodeFrame(
      `${'\n'.repeat(location.line - 1)}${location.lineText}`,
      location.line,
      location.column,
      location.length,
    );
    // esbuild gives one line only: show that, without empty neighbours.
    const shown = frame.split('\n').filter((line) => !/^ {2}\s*\d+ \|$/.test(line));
    return [`${where}: ${text}`, ...shown].join('\n');
  });
  return new CliError(`${displayPath(place.file)} cannot be read`, {
    why: failure.errors.length === 1 ? 'it has an error' : `it has ${failure.errors.length} errors`,
    detail: details.join('\n\n'),
    fix: 'Correct it and run the command again.',
  });
}
