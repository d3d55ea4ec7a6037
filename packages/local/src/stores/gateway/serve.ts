import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EngineError } from '../../state/engine-error.ts';
import { createPrincipals } from './principals.ts';
import {
  CONTROL_PREFIX,
  type ControlRequest,
  EVENT_PREFIX,
  SETTINGS_VARIABLE,
  type ServerEvent,
  type ServerSettings,
} from './protocol.ts';
import { readBody } from './read-body.ts';
import type { StoreService, StoreServiceOptions } from './service.ts';

const MAX_CONTROL_BYTES = 4 * 1024 * 1024;

/** A line for the engine. */
function tell(event: ServerEvent): void {
  process.stdout.write(`${EVENT_PREFIX}${JSON.stringify(event)}\n`);
}

/**
 * The process of a store server: everything of it that does not depend on the kind. Ends in good order on SIGTERM and SIGINT;
 * killed, it loses nothing that it has acknowledged.
 */
export async function serve(): Promise<void> {
  // The engine writes it, as `ServerSettings`.
  const settings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as ServerSettings;
  delete process.env[SETTINGS_VARIABLE];
  const principals = createPrincipals();
  const delays = new Map<string, number>();
  const options: StoreServiceOptions = {
    settings,
    principals,
    tell,
    now: Date.now,
    delayOf: (store) => delays.get(store) ?? 0,
  };
  const service = await open(options);
  // Until the engine has said whose keys hold, nobody is refused: requests wait.
  let arm = (): void => {};
  let armed: Promise<void> | null = new Promise((resolve) => {
    arm = () => {
      armed = null;
      resolve();
    };
  });

  const control = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, MAX_CONTROL_BYTES);
    if (!isEngine(request, settings.token) || body === null) {
      response.writeHead(403).end();
      return;
    }
    // Only the engine has the token, and it sends this.
    const { begin = [], end = [], delays: late = {} } = JSON.parse(body.toString('utf8')) as ControlRequest;
    for (const principal of begin) principals.begin(principal);
    for (const accessKeyId of end) principals.end(accessKeyId);
    for (const [store, milliseconds] of Object.entries(late)) delays.set(store, milliseconds);
    arm();
    response.writeHead(204).end();
  };

  const store = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (armed !== null) await armed;
    await service.handle(request, response);
  };

  // A request that takes long is a body that is streamed; the client decides.
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    const isControl = request.url?.startsWith(CONTROL_PREFIX) === true;
    (isControl ? control(request, response) : store(request, response)).catch((error: unknown) => {
      if (!request.destroyed) complain(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: settings.port }, resolve);
  });

  const stop = (): void => {
    server.close(() => void service.close().then(() => process.exit(0)));
    server.closeIdleConnections();
    // Whoever still holds a connection has been told long ago.
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  tell({ kind: 'listening' });
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}

/** Loads what the kind needs, and nothing of the other. */
async function open(options: StoreServiceOptions): Promise<StoreService> {
  if (options.settings.kind === 'dynamodb') {
    const { serveTables } = await import('../dynamodb/serve-tables.ts');
    return serveTables(options);
  }
  const { serveBuckets } = await import('../s3/serve-buckets.ts');
  return serveBuckets(options);
}

function isEngine({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Tells the engine why the process cannot serve, and ends it. */
export function fail(error: unknown): never {
  const { message, code, fix } =
    error instanceof EngineError
      ? error
      : { message: error instanceof Error ? error.message : String(error), code: codeOf(error), fix: null };
  tell({ kind: 'failed', code, message, fix });
  complain(error);
  process.exit(1);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'STORE_FAILED';
}
