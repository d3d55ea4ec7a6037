import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** Everything the service takes from its environment, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly region: string | null;
  readonly logLevel: string;
  /** `problems`: failed and slow requests; `all`: one line per request. */
  readonly logRequests: 'problems' | 'all';
  readonly shutdown: { readonly graceMs: number; readonly limitMs: number };
  readonly database: DatabaseConfig;
  readonly sessions: SessionConfig;
  /** Where the pages begin, without a slash at the end; empty for the root. */
  readonly pagesPath: string;
  /** How many proxies of ours stand in front and append to X-Forwarded-For. */
  readonly trustedProxies: number;
  readonly limits: RateLimitConfig;
}

/** How to reach the database, and how long to wait for it. Times in milliseconds. */
export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly ssl: false | ConnectionOptions;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** The table of sessions. */
export interface SessionConfig {
  readonly table: string;
  readonly lifetimeSeconds: number;
}

/** How often one client may do what costs much or can be guessed. */
export interface RateLimitConfig {
  /** Sign-ins and sign-ups per minute from one address, over all tasks. */
  readonly signInsPerAddress: number;
  /** Sign-ins per five minutes to one account, over all tasks. */
  readonly signInsPerAccount: number;
  /** Checkouts that a buyer may send at once to a task; one more every second. */
  readonly checkoutBurst: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** A setting that cannot work; the message says which, what it was and what it may be. */
export class ConfigError extends Error {}

/**
 * Reads the settings (see the table in README.md).
 *
 * @throws ConfigError naming every wrong setting at once
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const text = (name: string, fallback: string) => env[name] || fallback;
  const number = (name: string, fallback: number, min: number, max: number) => {
    const value = env[name] ? Number(env[name]) : fallback;
    if (Number.isFinite(value) && value >= min && value <= max) return value;
    problems.push(`${name} is "${env[name]}": give a number from ${min} to ${max}.`);
    return fallback;
  };
  const choice = <T extends string>(name: string, fallback: T, values: readonly T[]): T => {
    const value = values.find((each) => each === (env[name] || fallback));
    if (value === undefined) problems.push(`${name} is "${env[name]}": give one of ${values.join(', ')}.`);
    return value ?? fallback;
  };

  const url = readUrl(env, problems);
  const databaseHost = url.host ?? text('DB_HOST', '127.0.0.1');
  const config: Config = {
    host: text('HOST', '0.0.0.0'),
    port: number('PORT', 5000, 0, 65_535),
    service: text('OTEL_SERVICE_NAME', 'webapp'),
    region: text('AWS_REGION', text('AWS_DEFAULT_REGION', '')) || null,
    logLevel: choice('LOG_LEVEL', 'info', logLevels),
    logRequests: choice('LOG_REQUESTS', 'problems', ['problems', 'all']),
    shutdown: {
      graceMs: number('SHUTDOWN_GRACE_SECONDS', 3, 0, 110) * 1000,
      limitMs: number('SHUTDOWN_LIMIT_SECONDS', 25, 1, 115) * 1000,
    },
    database: {
      host: databaseHost,
      port: url.port ?? number('DB_PORT', 5432, 1, 65_535),
      database: url.database ?? text('DB_NAME', 'storefront'),
      user: url.user ?? text('DB_USERNAME', 'postgres'),
      password: url.password ?? text('DB_PASSWORD', ''),
      ssl: readTls(env, databaseHost, url.sslmode, choice, problems),
      poolSize: number('DB_POOL_SIZE', 5, 1, 200),
      connectTimeoutMs: number('DB_CONNECT_TIMEOUT_MS', 2000, 10, 60_000),
      statementTimeoutMs: number('DB_STATEMENT_TIMEOUT_MS', 3000, 10, 60_000),
    },
    sessions: {
      table: text('SESSIONS_TABLE', 'user-sessions'),
      lifetimeSeconds: number('SESSION_LIFETIME_SECONDS', 86_400, 1, 30 * 86_400),
    },
    pagesPath: text('PAGES_PATH', '/api/shop').replace(/\/$/, ''),
    trustedProxies: number('TRUSTED_PROXIES', 1, 0, 5),
    limits: {
      signInsPerAddress: number('SIGN_INS_PER_ADDRESS', 60, 1, 1_000_000),
      signInsPerAccount: number('SIGN_INS_PER_ACCOUNT', 10, 1, 1_000_000),
      checkoutBurst: number('CHECKOUT_BURST', 10, 1, 1_000_000),
    },
  };
  if (!/^(\/[\w-]+)*$/.test(config.pagesPath))
    problems.push(`PAGES_PATH is "${config.pagesPath}": give a path such as /api/shop, or / for the root.`);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

interface UrlParts {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly sslmode?: string;
}

/** The connection string, which wins over the single fields. It is never part of a message: it has the password. */
function readUrl(env: Environment, problems: string[]): UrlParts {
  const { DB_URL } = env;
  if (!DB_URL) return {};
  let url: URL;
  try {
    url = new URL(DB_URL);
  } catch {
    problems.push('DB_URL is no connection string: give postgresql://user:password@host:5432/database.');
    return {};
  }
  if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:')
    problems.push('DB_URL must begin with postgresql://.');
  const sslmode = url.searchParams.get('sslmode');
  return {
    ...(url.hostname && { host: decodeURIComponent(url.hostname) }),
    ...(url.port && { port: Number(url.port) }),
    ...(url.pathname.length > 1 && { database: decodeURIComponent(url.pathname.slice(1)) }),
    ...(url.username && { user: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(sslmode && { sslmode }),
  };
}

function readTls(
  env: Environment,
  host: string,
  urlMode: string | undefined,
  choice: <T extends string>(name: string, fallback: T, values: readonly T[]) => T,
  problems: string[],
): false | ConnectionOptions {
  const local = host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('/');
  // What other PostgreSQL clients read counts too, for those of its values that have a meaning here.
  const { PGSSLMODE = '', DB_SSL_CA = '', PGSSLROOTCERT = '' } = env;
  const modes = ['verify-full', 'require', 'disable'] as const;
  const given = modes.find((one) => one === (urlMode ?? PGSSLMODE));
  const mode = choice('DB_SSL', given ?? (local ? 'disable' : 'require'), modes);
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  const file = DB_SSL_CA || PGSSLROOTCERT;
  if (!file) return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: readFileSync(file, 'utf8') };
  } catch (error) {
    problems.push(
      `${DB_SSL_CA ? 'DB_SSL_CA' : 'PGSSLROOTCERT'} is "${file}", which cannot be read (${String(error)}): give a PEM file.`,
    );
    return { rejectUnauthorized: true };
  }
}
