import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize as synthesizeWithCdk } from '@breakwater/cdk';
import { type Plan, resolve } from '@breakwater/plan';
import { expect } from 'vitest';
import { type DeployEvent, type DeployOptions, openSession, type Session } from '../../src/index.ts';
import { bootstrap } from '../emulator/bootstrap.ts';
import { type Emulator, startEmulator } from '../emulator/start.ts';

/** An emulated account with a build tool and a definition's folder of its own. */
export interface World {
  readonly emulator: Emulator;
  readonly directory: string;
  readonly session: () => Promise<Session>;
  /** Options for a deployment of a plan, and the events that it says. */
  readonly options: (plan: Plan) => DeployOptions & { readonly events: DeployEvent[] };
  /** Commands that the build tool was called with. */
  readonly builds: () => Promise<readonly string[]>;
  readonly setSource: (text: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Starts an emulator, puts a stand-in for `docker` first on PATH. */
export async function startWorld(region: string): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'breakwater-deploy-'));
  const [bin, state, directory, log] = ['bin', 'state', 'system', 'builds.log'].map((name) =>
    join(root, name),
  ) as [string, string, string, string]; // four names, four paths
  await Promise.all([bin, state, directory].map((folder) => mkdir(folder)));
  await writeFile(log, '');
  const docker = join(dirname(fileURLToPath(import.meta.url)), 'docker.mjs');
  await writeFile(join(bin, 'docker'), `#!/bin/sh\nexec '${process.execPath}' '${docker}' "$@"\n`);
  await chmod(join(bin, 'docker'), 0o755);
  const emulator = await startEmulator({ region });
  const restore = emulator.apply();
  const { PATH = '' } = process.env;
  Object.assign(process.env, { PATH: `${bin}${delimiter}${PATH}`, BUILD_LOG: log, BUILD_STATE: state });
  return {
    emulator,
    directory,
    session: () => openSession({ region }),
    options: (plan) => {
      const events: DeployEvent[] = [];
      return {
        plan,
        directory,
        synthesize: async ({ images, outdir }) => synthesizeWithCdk({ plan, images, outdir }),
        onEvent: (event) => void events.push(event),
        signal: new AbortController().signal,
        pollIntervalMs: 50,
        events,
      };
    },
    builds: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
    setSource: async (text) => {
      await mkdir(join(directory, 'service'), { recursive: true });
      await writeFile(join(directory, 'service', 'Dockerfile'), text);
    },
    end: async () => {
      process.env['PATH'] = PATH;
      restore();
      await emulator.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** An empty, bootstrapped account. */
export async function emptyAccount({ emulator }: World): Promise<void> {
  await emulator.reset();
  await bootstrap(emulator);
}

/** A definition's plan. */
export function planOf(definition: unknown, env = 'dev'): Plan {
  const { plan, diagnostics } = resolve(definition, { env });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (plan === null) throw new Error('no plan');
  return plan;
}
