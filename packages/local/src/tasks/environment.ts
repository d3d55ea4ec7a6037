/**
 * What a task gets from the environment of the user who started the engine: what a program needs to find its interpreter, its
 * home and its language, and nothing else. A container would have none of the user's variables, so a service that works only
 * because of one of them must fail here too; and nobody's AWS credentials may leak into a service.
 *
 * Left out on purpose: every `AWS_*`; proxies (`HTTP_PROXY` would catch calls from service to service on loopback);
 * `NODE_OPTIONS`, `PYTHONPATH`, `LD_PRELOAD`, which change how a program runs. What a service needs of these belongs in its
 * `environment` in the definition.
 */
export const PASSED_ON = [
  // Finding programs, and temporary files.
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TMPDIR',
  // Language and time, which set how text is read and written.
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  // Where a version manager's shims on PATH find the real program.
  'NVM_DIR',
  'VOLTA_HOME',
  'FNM_DIR',
  'ASDF_DIR',
  'ASDF_DATA_DIR',
  'MISE_DATA_DIR',
  'PYENV_ROOT',
  'RBENV_ROOT',
  'VIRTUAL_ENV',
  'JAVA_HOME',
  'GOPATH',
  'GOROOT',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'DOTNET_ROOT',
  // Certificates that this machine needs to reach the Internet.
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
] as const;

/** The part of the user's environment that tasks and builds get; see {@link PASSED_ON}. */
export function hostEnvironment(
  user: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> & { readonly PATH: string } {
  const passed: Record<string, string> & { PATH: string } = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const name of PASSED_ON) {
    const value = user[name];
    if (value !== undefined && value !== '') passed[name] = value;
  }
  return passed;
}

export interface TaskEnvironmentInput {
  /** The user's own environment: `process.env`. */
  readonly user: Readonly<Record<string, string | undefined>>;
  /** Of the image: `ENV` in the Dockerfile. */
  readonly image: Readonly<Record<string, string>>;
  /** Folders that come before the rest of PATH. */
  readonly path: readonly string[];
  /** Of the definition, secrets included; wins over everything but what the engine must set. */
  readonly given: Readonly<Record<string, string>>;
  readonly port: number;
  readonly region: string;
  /** Base address of the task's metadata; null without one. */
  readonly metadataUrl: string | null;
}

/**
 * A task's whole environment. The engine sets what the ECS agent sets (`AWS_REGION`, `AWS_EXECUTION_ENV`,
 * `ECS_CONTAINER_METADATA_URI_V4`), and `PORT` and `HOST`, since several tasks share this machine's address.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-environment-variables.html
 */
export function taskEnvironment(input: TaskEnvironmentInput): Readonly<Record<string, string>> {
  const { user, image, path, given, port, region, metadataUrl } = input;
  const merged = {
    ...hostEnvironment(user),
    // An SDK in a container finds no profile and no instance metadata; here it must not find the user's.
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ...image,
    ...given,
    PORT: String(port),
    HOST: '127.0.0.1',
    ...(metadataUrl === null ? {} : { ECS_CONTAINER_METADATA_URI_V4: metadataUrl }),
  };
  return { ...merged, PATH: [...path, merged.PATH].join(':') };
}
