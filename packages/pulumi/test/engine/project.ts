import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountFiles, type Entry, type Existing, seedSecret } from './plugins/account.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..', '..');
const tsx = createRequire(import.meta.url).resolve('tsx');

/** A step of a preview: what Pulumi would do with a resource. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Arguments that change. */
  readonly changed: readonly string[];
}

/** How a command ended. */
export interface Ran {
  readonly code: number;
  /** Everything that it printed. */
  readonly text: string;
  readonly stdout: string;
}

/** A Pulumi project in a folder of its own, with a state of its own, and an account that only it uses. */
export interface Project {
  readonly folder: string;
  /** `pulumi …`; an end with another code than 0 is an error unless it is `mayFail`. */
  pulumi(args: readonly string[], options?: { readonly mayFail?: boolean }): Promise<Ran>;
  /** Another text for its `index.ts`; only where it was made with one. */
  write(program: string): void;
  /** A setting of the stack, `shop:environmentSuffix`. */
  set(key: string, value: string): Promise<void>;
  /** Steps of a preview other than `same`. */
  preview(args?: readonly string[]): Promise<readonly Step[]>;
  /** What is in the account. */
  resources(): readonly Existing[];
  /** What was done in the account since it was asked last. */
  done(): readonly Entry[];
  /** Changes what is in the account by hand, as somebody at the console would. */
  drift(change: (resource: Existing) => Existing): void;
  /** The state as it lies on disk. */
  state(): string;
  remove(): void;
}

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function plugin(folder: string, name: string, file: string): void {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!/bin/sh\nexec '${process.execPath}' --import '${tsx}' '${join(here, 'plugins', file)}' "$@"\n`,
  );
  chmodSync(path, 0o755);
}

/** Secrets that systems take for granted. */
const SECRETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  storefront: {
    username: 'shop',
    password: 'ExistingPassword1',
    url: 'postgres://shop:ExistingPassword1@host/shop',
  },
};

/**
 * A copy of a system's Pulumi project: its `Pulumi.yaml` and `Pulumi.dev.yaml`, and its program where it is.
 *
 * @param program the text of another `index.ts` than the system's
 */
export async function projectOf(system: string, program?: string): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-pulumi-'));
  const inside = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const [bin, account, state, work] = [
    inside('bin'),
    inside('account'),
    inside('state'),
    inside('system/pulumi'),
  ];
  plugin(bin, 'pulumi-language-nodejs', 'language-host.ts');
  plugin(bin, 'pulumi-resource-aws', 'aws-provider.ts');
  const source = join(root, 'systems', system);
  for (const file of ['package.json', 'pulumi/Pulumi.yaml', 'pulumi/Pulumi.dev.yaml'])
    copyFileSync(join(source, file), join(folder, 'system', file));
  const index = join(work, 'index.ts');
  if (program === undefined) symlinkSync(join(source, 'pulumi', 'index.ts'), index);
  else writeFileSync(index, program);
  symlinkSync(join(root, 'node_modules'), join(folder, 'system', 'node_modules'));
  const engine = process.env['BREAKWATER_PULUMI'] ?? 'pulumi';
  const env = {
    ...process.env,
    PATH: [bin, process.env['PATH']].join(delimiter),
    NODE_OPTIONS: '--conditions=source',
    BREAKWATER_ENGINE_ACCOUNT: account,
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: 'of a test',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  };
  const pulumi: Project['pulumi'] = (args, { mayFail = false } = {}) =>
    new Promise((resolve, reject) => {
      const options = { cwd: work, env, maxBuffer: 2 ** 27 };
      execFile(engine, ['--non-interactive', '--color=never', ...args], options, (error, stdout, stderr) => {
        const text = `${stdout}${stderr}`;
        const code = error === null ? 0 : Number(error.code ?? -1);
        if (error !== null && !mayFail)
          reject(new Error(`pulumi ${args.join(' ')} ended with ${code}:\n${text}`));
        else resolve({ code, text, stdout });
      });
    });
  const secret = SECRETS[system];
  if (secret !== undefined) seedSecret(account, `${system}/dev/database`, secret);
  let told = 0;
  const project: Project = {
    folder,
    pulumi,
    write: (text) => writeFileSync(index, text),
    set: async (key, value) => {
      await pulumi(['config', 'set', key, value]);
    },
    preview: async (args = []) => {
      const { stdout } = await pulumi(['preview', '--json', ...args]);
      return stepsOf(stdout);
    },
    resources: () => JSON.parse(read(accountFiles(account).resources) || '[]') as Existing[],
    done: () => {
      const lines = read(accountFiles(account).log).split('\n').filter(Boolean);
      const news = lines.slice(told).map((line) => JSON.parse(line) as Entry);
      told = lines.length;
      return news;
    },
    drift: (change) =>
      writeFileSync(accountFiles(account).resources, JSON.stringify(project.resources().map(change))),
    state: () =>
      readdirSync(state, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => read(join(each.parentPath, each.name)))
        .join('\n'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  await pulumi(['stack', 'init', 'dev']);
  return project;
}

/** A step as `pulumi preview --json` prints it, as far as it is read here. */
interface PrintedStep {
  readonly op: string;
  readonly urn: string;
  readonly diffReasons?: readonly string[] | null;
}

function stepsOf(printed: string): readonly Step[] {
  // The engine's own report.
  const { steps = [] } = JSON.parse(printed) as { readonly steps?: readonly PrintedStep[] };
  return steps
    .filter(({ op }) => op !== 'same')
    .map(({ op, urn, diffReasons }) => ({
      op,
      urn,
      type: urn.split('::')[2]?.split('$').at(-1) ?? '',
      name: urn.split('::')[3] ?? '',
      changed: diffReasons ?? [],
    }));
}
