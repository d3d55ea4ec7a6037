import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { EngineError } from '../../state/engine-error.ts';
import { redactUrl } from '../redact.ts';

/** What a database URL says. */
export interface ExternalTarget {
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly username: string;
  readonly password: string;
  /** As libpq has it; null when the URL does not say. */
  readonly sslMode: SslMode | null;
  /** `sslrootcert`, null when the URL does not say. */
  readonly caFile: string | null;
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

/**
 * Reads a URL such as `postgresql://user:password@host:5432/database?sslmode=require`. Throws {@link EngineError}
 * `BAD_REQUEST`, whose text never holds the password.
 */
export function parseDatabaseUrl(url: string): ExternalTarget {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const example =
    'Write it as postgresql://user:password@host:5432/database, with special characters as %XX.';
  if (parsed === null || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new EngineError('BAD_REQUEST', 'The database URL is not one of PostgreSQL.', example);
  }
  const refuse = (what: string): EngineError =>
    new EngineError('BAD_REQUEST', `The database URL ${redactUrl(url)} ${what}.`, example);
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw refuse('has a % that is not followed by two hexadecimal digits');
    }
  };
  const databaseName = decode(parsed.pathname.slice(1));
  if (parsed.hostname === '') throw refuse('names no host');
  if (parsed.username === '') throw refuse('names no user');
  if (databaseName === '' || databaseName.includes('/')) throw refuse('names no database');
  const mode = parsed.searchParams.get('sslmode');
  const sslMode = SSL_MODES.find((known) => known === mode) ?? null;
  if (mode !== null && sslMode === null) {
    throw refuse(`has the unknown sslmode ${JSON.stringify(mode)}; known are ${SSL_MODES.join(', ')}`);
  }
  return {
    // Without the brackets of an IPv6 address.
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? 5432 : Number(parsed.port),
    databaseName,
    username: decode(parsed.username),
    password: decode(parsed.password),
    sslMode,
    caFile: parsed.searchParams.get('sslrootcert'),
  };
}

/** TLS as `sslmode` asks for it, the way libpq means it; false for a plain connection. */
export async function tlsOf(target: ExternalTarget): Promise<ConnectionOptions | false> {
  const { sslMode, caFile } = target;
  if (sslMode === null || sslMode === 'disable' || sslMode === 'allow' || sslMode === 'prefer') return false;
  const ca = caFile === null ? null : await readAuthority(caFile);
  if (sslMode === 'require' && ca === null) return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca }),
    // verify-ca asks who signed, not for whom.
    ...(sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function readAuthority(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new EngineError(
      'BAD_REQUEST',
      `The certificate ${file} of sslrootcert cannot be read.`,
      null,
      cause,
    );
  }
}
