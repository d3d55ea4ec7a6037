import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import {
  containerDocument,
  containerId,
  statsDocument,
  type TaskMetadata,
  taskDocument,
  type UsagePair,
} from './metadata-document.ts';

/** Where a task is asked for when its metadata is. */
export interface MetadataSource {
  metadata(): TaskMetadata;
  usage(): UsagePair;
}

export interface MetadataRegistration {
  /** Value of `ECS_CONTAINER_METADATA_URI_V4`. */
  readonly url: string;
  remove(): void;
}

export interface CredentialsRegistration {
  /** Value of `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
  readonly url: string;
  /** Value of `AWS_CONTAINER_AUTHORIZATION_TOKEN`, which the SDK sends along. */
  readonly authorization: string;
  remove(): void;
}

interface CredentialsSource {
  readonly authorization: string;
  readonly read: () => Promise<unknown>;
}

/** The ECS task metadata endpoint, version 4, for all tasks of an engine. */
export interface MetadataServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  register(source: MetadataSource): MetadataRegistration;
  /** Keys of a task's role, for the container credentials provider of an SDK. */
  registerCredentials(source: () => Promise<unknown>): CredentialsRegistration;
  close(): Promise<void>;
}

/**
 * Serves `/v4/<id>`, `/v4/<id>/task`, `/v4/<id>/stats` and `/v4/<id>/task/stats` on loopback, on a port of its own. In a task's
 * network nobody else could ask; on this machine everybody can, so the id is random and the Host must be loopback.
 * @throws when no port can be listened on.
 */
export async function createMetadataServer(): Promise<MetadataServer> {
  const sources = new Map<string, MetadataSource>();
  const credentials = new Map<string, CredentialsSource>();
  const server = createServer({ keepAliveTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
    void documentFor(sources, credentials, request)
      .catch((): Answer => [500, 'internal error'])
      .then((found) => answer(found, request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  // It must not keep the engine alive.
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    register(source) {
      const id = randomBytes(16).toString('hex');
      sources.set(id, source);
      return { url: `${url}/v4/${id}`, remove: () => void sources.delete(id) };
    },
    registerCredentials(read) {
      const id = randomBytes(16).toString('hex');
      const authorization = randomBytes(32).toString('base64url');
      credentials.set(id, { authorization, read });
      return { url: `${url}/v2/credentials/${id}`, authorization, remove: () => void credentials.delete(id) };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Answer = readonly [status: number, body: unknown];

function answer([status, body]: Answer, request: IncomingMessage, response: ServerResponse): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
  request.resume();
}

async function documentFor(
  sources: ReadonlyMap<string, MetadataSource>,
  credentials: ReadonlyMap<string, CredentialsSource>,
  { headers, method, url }: IncomingMessage,
): Promise<Answer> {
  // A page in a browser that reaches us by a name of its own has another Host.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')) return [403, 'forbidden'];
  if (method !== 'GET' && method !== 'HEAD') return [405, 'method not allowed'];

  const [, role] = /^\/v2\/credentials\/([0-9a-f]{32})$/.exec(url ?? '') ?? [];
  if (role !== undefined) {
    const keys = credentials.get(role);
    if (keys === undefined || !sameText(headers.authorization ?? '', keys.authorization))
      return [403, 'forbidden'];
    return [200, await keys.read()];
  }
  const [, id = '', path = ''] = /^\/v4\/([0-9a-f]{32})(\/[^?]*)?(?:\?.*)?$/.exec(url ?? '') ?? [];
  const source = sources.get(id);
  if (source === undefined) return [404, 'V4 metadata handler: unable to find the task'];
  const task = source.metadata();
  const stats = (): unknown => statsDocument(task, source.usage(), Date.now(), availableParallelism());
  switch (path.replace(/\/$/, '')) {
    case '':
      return [200, containerDocument(task)];
    case '/task':
    // Tags of the task would be added; a task here has none.
    case '/taskWithTags':
      return [200, taskDocument(task)];
    case '/stats':
      return [200, stats()];
    case '/task/stats':
      return [200, { [containerId(task)]: stats() }];
    default:
      return [404, '404 page not found'];
  }
}

function sameText(given: string, expected: string): boolean {
  const [first, second] = [Buffer.from(given), Buffer.from(expected)];
  return first.length === second.length && timingSafeEqual(first, second);
}
