import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** What a run of the command line left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run begins. */
export interface RunSettings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real command line, bundled from the sources, so that tests never see a stale build. */
export interface CommandLine {
  run(words: readonly string[], settings: RunSettings): Promise<Outcome>;
  /** Starts it and gives the process: for signals and for output that does not end. */
  launch(words: readonly string[], settings: RunSettings): Launched;
  dispose(): void;
}

/** A run that goes on. */
export interface Launched {
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  closeStdout(): void;
}

/** Bundles the command line into a folder of its own below `dist`, where its dependencies are found. */
export async function buildCommandLine(): Promise<CommandLine> {
  const dist = join(PACKAGE, 'dist');
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, '.test-'));
  await build({
    entryPoints: ['cli', 'index'].map((name) => join(PACKAGE, 'src', `${name}.ts`)),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    conditions: ['source'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'packages',
        setup(bundler) {
          // Ours are bundled from their sources; everything else is imported as it is installed.
          bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@breakwater/') ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
  const launch = (words: readonly string[], { cwd, env }: RunSettings): Launched => {
    const child = spawn(process.execPath, [join(folder, 'cli.js'), ...words], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return {
      pid: child.pid ?? -1,
      outcome: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
      stdout: () => stdout,
      stderr: () => stderr,
      kill: (signal) => child.kill(signal),
      closeStdout: () => child.stdout.destroy(),
    };
  };
  return {
    launch,
    run: (words, settings) => launch(words, settings).outcome,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A folder of its own with these files; `dispose` removes it. */
export function createFolder(files: Readonly<Record<string, string>> = {}): {
  readonly path: string;
  read(name: string): string;
  write(name: string, text: string): void;
  dispose(): void;
} {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'breakwater-')));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    path,
    write,
    read: (name) => readFileSync(join(path, name), 'utf8'),
    dispose: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Waits until a condition holds; what was seen meanwhile is in the error. */
export async function eventually(condition: () => boolean, seen: () => string): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 1000) throw new Error(`It never came:\n${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
