import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { emulatorPython, MODULES } from './python.ts';

/** The account that the emulator plays. */
export const ACCOUNT = '123456789012';

/** How the emulator is to behave; what is left out goes back to its default. */
export interface Behaviour {
  /** Resource types whose creation fails, `AWS::ECS::Service`. */
  readonly failCreation?: readonly string[];
  /** Resource types whose update fails. */
  readonly failUpdate?: readonly string[];
  /** Resource types whose deletion fails. */
  readonly failDeletion?: readonly string[];
  /** Tasks of new deployments stop with this reason, until the circuit breaker gives up. Default: they run. */
  readonly failDeployments?: string;
  /** At most so many tasks of each service run. Default: as many as are desired. */
  readonly runningTasks?: number;
  /** Health of the targets that running tasks register as. Default `healthy`. */
  readonly targetHealth?: 'healthy' | 'unhealthy';
  /** Calls that answer AccessDenied: `ecs:UpdateService`, `ssm:*`. */
  readonly deny?: readonly string[];
  /** Logical ids of resources that drift detection finds modified. */
  readonly drifted?: readonly string[];
  /** Values of service quotas by service and code, `ec2/L-0263D0A3`. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Seconds that each resource takes; stacks then change in the background, as on AWS. Default 0: at once. */
  readonly secondsPerResource?: number;
}

/** An AWS account of a test's own, on this machine. */
export interface Emulator {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  readonly account: string;
  readonly region: string;
  /** What a child process needs to take the emulator for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gives this process that environment; the function returned takes it back. */
  readonly apply: () => () => void;
  /** Makes things go wrong. Replaces what was set before. */
  readonly behave: (behaviour: Behaviour) => Promise<void>;
  /** Puts a stack into a state, `UPDATE_IN_PROGRESS`, whatever it was in. */
  readonly setStackStatus: (stackName: string, status: string, reason?: string) => Promise<void>;
  /** CloudFormation knows no stack but CDKToolkit any more; what they created stays, as if something else had created it. */
  readonly forgetStacks: () => Promise<void>;
  /** An empty account again, with the default behaviour. */
  readonly reset: () => Promise<void>;
  /** Ends the server. */
  readonly stop: () => Promise<void>;
}

/** Starts the emulator on a free port of 127.0.0.1. It ends with this process at the latest. */
export async function startEmulator({ region = 'us-east-1' }: { region?: string } = {}): Promise<Emulator> {
  const python = await emulatorPython();
  const home = await mkdtemp(join(tmpdir(), 'breakwater-emulator-'));
  const server = spawn(python, ['-B', join(dirname(fileURLToPath(import.meta.url)), 'server.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Functions in templates run in Node, with the SDK clients of this repository.
      EMULATOR_NODE: process.execPath,
      NODE_PATH: MODULES,
      NO_PROXY: '127.0.0.1,localhost',
    },
  });
  const ended = once(server, 'exit');
  let errors = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-8_000);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`The emulator ended with code ${code}.\n${errors}`)));
    createInterface(server.stdout).once('line', (line) =>
      resolve((JSON.parse(line) as { port: number }).port),
    );
  });
  const url = `http://127.0.0.1:${port}`;
  // An access key of its own: CDK remembers accounts by access key.
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: `EMULATOR${port}`,
    AWS_SECRET_ACCESS_KEY: 'emulator',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: region,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_HOME: home,
  };
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  let stopped: Promise<void> | undefined;
  return {
    url,
    account: ACCOUNT,
    region,
    environment,
    apply: () => applyEnvironment(environment),
    behave: (behaviour) => post('/emulator/behaviour', behaviour),
    setStackStatus: (stackName, status, reason) =>
      post('/emulator/stack-status', { stackName, status, reason: reason ?? null }),
    forgetStacks: () => post('/emulator/forget-stacks', {}),
    reset: async () => {
      await post('/emulator/behaviour', {});
      await post('/moto-api/reset', {});
    },
    stop: () => {
      stopped ??= (async () => {
        server.kill('SIGKILL');
        await ended;
        await rm(home, { recursive: true, force: true });
      })();
      return stopped;
    },
  };
}

/** Names that would lead elsewhere than to the emulator. */
const FOREIGN = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN', 'AWS_CA_BUNDLE'];

function applyEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.fromEntries(
    [...Object.keys(environment), ...FOREIGN].map((name) => [name, process.env[name]]),
  );
  for (const name of FOREIGN) delete process.env[name];
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
