import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '@breakwater/plan';
import { build } from 'esbuild';
import type { EngineOptions } from '../../src/index.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Starts the engine of the options in the file, says when it is ready, and stops it when a line comes in. */
const MAIN = `
import { readFileSync } from 'node:fs';
import { startEngine } from './index.js';
process.on('unhandledRejection', (error) => { console.log('unhandled ' + error); process.exitCode = 9; });
const engine = await startEngine(JSON.parse(readFileSync(process.argv[2], 'utf8')));
console.log('started ' + JSON.stringify(engine.file));
engine.ready.then(() => console.log('ready'), (error) => console.log('not ready ' + error.message));
process.stdin.once('data', () => {
  process.stdin.destroy();
  engine.stop().then(() => console.log('stopped'));
});
`;

/** An engine in a process of its own. */
export interface EngineProcess {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stop(): void;
}

/** The engine, bundled from its sources, so that it runs outside the test runner. */
export interface Bundle {
  launch(options: Omit<EngineOptions, 'plan'> & { readonly plan: Plan }): EngineProcess;
  dispose(): void;
}

export async function bundleEngine(): Promise<Bundle> {
  const dist = join(PACKAGE, 'dist');
  mkdirSync(dist, { recursive: true });
  // Below the package, where its dependencies are found.
  const folder = mkdtempSync(join(dist, '.test-'));
  await build({
    entryPoints: [join(PACKAGE, 'src', 'index.ts')],
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
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
  writeFileSync(join(folder, 'main.mjs'), MAIN);
  const children: ChildProcess[] = [];
  return {
    launch(options) {
      const file = join(folder, `options-${children.length}.json`);
      writeFileSync(file, JSON.stringify(options));
      const child = spawn(process.execPath, [join(folder, 'main.mjs'), file], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      children.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      return {
        child,
        output: () => output,
        ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code))),
        stop: () => child.stdin.write('stop\n'),
      };
    },
    dispose() {
      for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
