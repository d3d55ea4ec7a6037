import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EngineFile, Snapshot } from '@breakwater/protocol';

/** A request that the command line sent. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** Answers to a path: JSON, or records of NDJSON. */
export type Answers = Readonly<
  Record<
    string,
    (request: SeenRequest) => {
      readonly status?: number;
      readonly json?: unknown;
      readonly records?: readonly unknown[];
      readonly open?: boolean;
    }
  >
>;

/** The control API with prepared answers, over real HTTP, so that rendering can be tested state by state. */
export interface FakeEngine {
  readonly seen: SeenRequest[];
  snapshot: Snapshot;
  close(): Promise<void>;
}

const TOKEN = 'a-token-that-no-output-may-show';

/** Serves answers and writes `.breakwater/engine.json` for this very process, which the command line finds running. */
export async function startFakeEngine(
  directory: string,
  first: Snapshot,
  answers: Answers = {},
): Promise<FakeEngine> {
  const seen: SeenRequest[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end('{}');
      return;
    }
    const record = { method: request.method ?? '', url: request.url ?? '', body: await readJson(request) };
    seen.push(record);
    const path = record.url.replace(/\?.*/, '');
    const answer =
      answers[`${record.method} ${path}`]?.(record) ??
      (path === '/v1/snapshot'
        ? { json: engine.snapshot }
        : {
            status: 404,
            json: { error: { code: 'not-found', message: `There is no ${path}.`, fix: null } },
          });
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    if (!answer.records) {
      response.end(JSON.stringify(answer.json));
      return;
    }
    for (const line of answer.records) response.write(`${JSON.stringify(line)}\n`);
    if (answer.open) open.add(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const engine: FakeEngine = {
    seen,
    snapshot: { ...first, controlUrl: `http://127.0.0.1:${port}` },
    close: async () => {
      for (const response of open) response.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const file: EngineFile = {
    protocol: 1,
    pid: process.pid,
    pidStartedAt: startedAt(process.pid),
    controlUrl: engine.snapshot.controlUrl,
    url: first.url,
    token: TOKEN,
    system: first.system,
    env: first.env,
  };
  mkdirSync(join(directory, '.breakwater'), { recursive: true });
  writeFileSync(join(directory, '.breakwater', 'engine.json'), JSON.stringify(file), { mode: 0o600 });
  return engine;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? null : JSON.parse(text);
}

/** As the engine writes it on Linux: boot and start time in clock ticks. */
function startedAt(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)}:${ticks}`;
}
