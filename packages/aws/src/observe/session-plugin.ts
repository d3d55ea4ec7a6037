import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { AwsError } from '../aws-error.ts';

/** What the plugin is told. */
export interface PluginInput {
  readonly session: {
    readonly sessionId?: string | undefined;
    readonly streamUrl?: string | undefined;
    readonly tokenValue?: string | undefined;
  };
  readonly region: string;
  /** Name of the profile, empty without one. */
  readonly profile: string;
  /** `ecs:<cluster>_<task>_<container runtime id>` */
  readonly target: string;
  readonly endpoint: string;
}

/** The variable in which the plugin looks for the session; it removes it from its environment when it has read it. */
const VARIABLE = 'AWS_SSM_START_SESSION_RESPONSE';
/** The first version that reads the variable: older ones take the session, with its token, among their arguments. */
const SINCE = [1, 2, 497, 0] as const;

const INSTALL =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html';

/**
 * The installed version of the plugin.
 *
 * @throws AwsError `no-build-tool` when it is missing or too old to take its token in a safe way
 */
export async function pluginVersion(plugin: string): Promise<string> {
  let version: string;
  try {
    version = (await promisify(execFile)(plugin, ['--version'], { timeout: 10_000 })).stdout.trim();
  } catch (cause) {
    throw new AwsError('no-build-tool', 'The Session Manager plugin is not installed', {
      why: `\`${plugin} --version\` could not be run; the session with a task goes through it, as with \`aws ecs execute-command\`.`,
      fix: `Install it: ${INSTALL}`,
      cause,
    });
  }
  if (isOlder(version)) {
    throw new AwsError('no-build-tool', `The Session Manager plugin ${version} is too old`, {
      why: 'It takes the session’s token among its arguments, where every user of this machine could read it.',
      fix: `Install ${SINCE.join('.')} or newer: ${INSTALL}`,
    });
  }
  return version;
}

/** Whether a version is one that knows only arguments. What does not look like a version counts as old. */
export function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number);
  if (parts.some(Number.isNaN)) return true;
  for (const [at, least] of SINCE.entries()) {
    const part = parts[at] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/** Gives this terminal to the plugin until the session ends; returns its exit code. */
export async function runPlugin(plugin: string, input: PluginInput): Promise<number> {
  const { sessionId, streamUrl, tokenValue } = input.session;
  // Ctrl-C belongs to the shell in the task: the plugin passes it on, and this process must outlive it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    const child = spawn(
      plugin,
      [
        VARIABLE,
        input.region,
        'StartSession',
        input.profile,
        JSON.stringify({ Target: input.target }),
        input.endpoint,
      ],
      {
        stdio: 'inherit',
        env: {
          ...process.env,
          [VARIABLE]: JSON.stringify({ SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue }),
        },
      },
    );
    // once() rejects when the child says `error`; the numbers are those of `exit`: code, or null with a signal.
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    process.off('SIGINT', ignore);
  }
}
