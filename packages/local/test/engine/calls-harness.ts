import { Agent, request } from 'node:http';
import type { Definition, Plan } from '@breakwater/plan';
import { createProject, type Project, planOf, type Running } from './harness.ts';

/** Passes a request on to the service at the path's first word, and says what came back. */
const CALLER = `
import { Agent, createServer, request } from 'node:http';
import { connect } from 'node:net';
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
createServer((incoming, response) => {
  const { pathname, searchParams } = new URL(incoming.url, 'http://localhost');
  if (pathname === '/health') return response.end('ok');
  if (pathname === '/env') return response.end(JSON.stringify(process.env));
  const target = new URL(searchParams.get('url') ?? process.env.BACK_URL + searchParams.get('path'));
  const { host, connection, ...headers } = incoming.headers;
  const outgoing = request(target, { agent, method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', (error) => { if (!response.headersSent) response.writeHead(599); response.end(error.code); });
  incoming.pipe(outgoing);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

/** Is called. `sick` makes it answer with 500 until `well`. */
const CALLEE = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
const version = readFileSync(new URL('./VERSION', import.meta.url), 'utf8').trim();
let sick = false;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/sick' || pathname === '/well') { sick = pathname === '/sick'; return response.end(); }
  if (sick) return response.writeHead(500).end('sick');
  if (pathname === '/slow') await wait(Number(searchParams.get('ms')));
  if (pathname === '/headers') return response.end(JSON.stringify(request.headers));
  if (pathname === '/version') return response.end(version);
  if (pathname === '/echo') return void request.pipe(response);
  if (pathname === '/stream') {
    for (let n = 0; n < 3; n += 1) { response.write('part ' + n + '\\n'); await wait(150); }
    return response.end();
  }
  response.end(String(process.pid));
});
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.pipe(socket);
});
server.keepAliveTimeout = 60_000;
await wait(Number(process.env.START_MS ?? 0));
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

type Service = Definition['services'][string];

/** Opens a WebSocket to the callee, says two things and answers with what came back. */
const TALKER = `
import { createServer } from 'node:http';
import { connect } from 'node:net';
createServer((request, response) => {
  if (request.url !== '/talk') return response.end('ok');
  const { hostname, port, host } = new URL(process.env.BACK_URL);
  const socket = connect(Number(port), hostname);
  const seen = [];
  socket.write('GET /ws HTTP/1.1\\r\\nHost: ' + host + '\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n');
  const next = ['hello', 'again'];
  socket.on('data', (chunk) => {
    seen.push(String(chunk).split('\\r\\n')[0]);
    const word = next.shift();
    if (word !== undefined) return socket.write(word);
    response.end(seen.join('|'));
    socket.destroy();
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

/** `web` calls `back`, which has no routes; `other` calls nobody and does what `web` does. */
export function callsPlan(back: Partial<Service> = {}, rest: Partial<Definition['services']> = {}): Plan {
  return planOf(
    { scaling: { tasks: 1 }, calls: ['back'] },
    {
      services: {
        back: {
          image: './back',
          process: { command: ['node', 'server.mjs'] },
          scaling: { tasks: 2 },
          stopTimeout: '2 s',
          ...back,
        },
        ...rest,
      },
    },
  );
}

/** The folder of {@link callsPlan}. */
export function callsProject(): Project {
  const project = createProject();
  for (const folder of ['web', 'other']) project.write(`${folder}/server.mjs`, CALLER);
  project.write('web/socket.mjs', TALKER);
  project.write('back/server.mjs', CALLEE);
  project.write('back/VERSION', 'one');
  return project;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request to an address on this machine. */
export function send(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const outgoing = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Has `web` call `back`. */
export function call(running: Running, path: string, options?: Parameters<typeof send>[1]): Promise<Answer> {
  return send(`${running.engine.file.url}/x?path=${encodeURIComponent(path)}`, options);
}

/** The edge from `web` to `back` in the snapshot. */
export function edgeOf(running: Running) {
  const edge = running.engine.snapshot().calls.find(({ from, to }) => from === 'web' && to === 'back');
  if (edge === undefined) throw new Error('The snapshot has no call from web to back.');
  return edge;
}

/** The tasks of `back` that run. */
export function backTasks(running: Running) {
  return running.engine
    .snapshot()
    .tasks.filter(({ service, state }) => service === 'back' && state === 'RUNNING');
}
