import { readFileSync } from 'node:fs';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Environment variable for the only database; `BREAKWATER_DATABASE_URL_<STORE>` for one of several. */
export const DATABASE_URL_VARIABLE = 'BREAKWATER_DATABASE_URL';

/** The variable for a store: `BREAKWATER_DATABASE_URL_ORDER_LOG` for `order-log`. */
export function databaseVariable(store: string): string {
  return `${DATABASE_URL_VARIABLE}_${store.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** Addresses of the user's own servers, by store. */
export interface DatabaseUrls {
  readonly urls: Readonly<Record<string, string>>;
  /** Whether a password stood on the command line, where other users of the machine can read it. */
  readonly exposed: boolean;
}

/**
 * Addresses from `--database-url [store=]URL|@FILE|$VARIABLE` and from the environment; the option wins.
 * @throws CliError (usage) that never repeats the address, which may hold a password.
 */
export function readDatabaseUrls(
  given: readonly string[],
  stores: readonly string[],
  environment: NodeJS.ProcessEnv,
): DatabaseUrls {
  const urls: Record<string, string> = {};
  for (const store of stores) {
    const value = environment[databaseVariable(store)];
    if (value) urls[store] = checkUrl(value, databaseVariable(store));
  }
  const common = environment[DATABASE_URL_VARIABLE];
  if (common) {
    const store = onlyStore(stores, DATABASE_URL_VARIABLE);
    urls[store] ??= checkUrl(common, DATABASE_URL_VARIABLE);
  }
  let exposed = false;
  for (const argument of given) {
    const [, named, rest = argument] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(argument) ?? [];
    const store = named ?? onlyStore(stores, '--database-url');
    if (!stores.includes(store)) {
      throw usage(
        `--database-url names the store ${store}`,
        stores.length > 0 ? `the databases here are ${stores.join(', ')}` : 'the definition has no database',
        'Write --database-url STORE=URL with one of them.',
      );
    }
    const { value, direct } = readValue(rest, environment);
    urls[store] = checkUrl(value, '--database-url');
    exposed ||= direct && new URL(value).password !== '';
  }
  return { urls, exposed };
}

function readValue(
  text: string,
  environment: NodeJS.ProcessEnv,
): { readonly value: string; readonly direct: boolean } {
  if (text.startsWith('@')) {
    try {
      return { value: readFileSync(text.slice(1), 'utf8').trim(), direct: false };
    } catch (error) {
      throw usage(
        `--database-url cannot read ${text.slice(1)}`,
        error instanceof Error ? error.message : String(error),
        'Give the path of a file that holds the URL.',
      );
    }
  }
  const variable = /^(?:\$|env:)(\w+)$/.exec(text)?.[1];
  if (variable === undefined) return { value: text, direct: true };
  const value = environment[variable];
  if (value) return { value, direct: false };
  throw usage(
    `--database-url names the environment variable ${variable}`,
    'it is not set',
    'Set it to the URL.',
  );
}

function onlyStore(stores: readonly string[], source: string): string {
  const [first] = stores;
  if (stores.length === 1 && first !== undefined) return first;
  if (stores.length === 0) {
    throw usage(`${source} is given`, 'the definition has no database', 'Leave it out.');
  }
  throw usage(
    `${source} does not say which database it is for`,
    `the definition has ${stores.length}`,
    `Write --database-url STORE=URL with one of ${stores.join(', ')}.`,
  );
}

function checkUrl(text: string, source: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : null;
  if (protocol === 'postgres:' || protocol === 'postgresql:') return text;
  throw usage(
    `${source} is not the address of a PostgreSQL server`,
    protocol === null ? 'it is no URL' : `it begins with ${protocol}`,
    'Write postgresql://user:password@host:5432/database; characters such as @ or / in the password as %40, %2F.',
  );
}

function usage(what: string, why: string, fix: string): CliError {
  return new CliError(what, { why, fix, exitCode: EXIT.usage });
}
