import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TASK_VARIABLE } from '../processes/marker.ts';
import { createCallerCheck } from './callers.ts';

const children: ChildProcess[] = [];
const servers: Server[] = [];
const accepted = new Set<Socket>();
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) server.close();
  for (const socket of accepted) socket.destroy();
  accepted.clear();
});

async function listen(): Promise<{ readonly port: number; readonly next: () => Promise<Socket> }> {
  const sockets: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    accepted.add(socket);
    const wake = waiting.shift();
    if (wake === undefined) sockets.push(socket);
    else wake(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  // A listening server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    next: () => {
      const ready = sockets.shift();
      return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
    },
  };
}

/** Connects and lives as long as the connection, so that nothing is left behind by a process that nobody can name. */
const CONNECT = (port: number, host = '127.0.0.1') =>
  `require('node:net').connect(${port}, '${host}').on('error', () => {}).on('close', () => process.exit());`;

function node(script: string, environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  children.push(child);
  return child;
}

const taskOf = (child: ChildProcess, id = 'task-1') => ({ id, pid: child.pid ?? 0 });

async function checkFor(tasks: () => readonly ReturnType<typeof taskOf>[]) {
  const check = await createCallerCheck(() => tasks());
  if (check === null) throw new Error('It works on Linux.');
  return check;
}

describe.runIf(process.platform === 'linux')('who is at the other end of a connection', () => {
  it('is told by the process, of IPv4 and of mapped IPv6 sockets', async () => {
    const { port, next } = await listen();
    const caller = node(CONNECT(port));
    const check = await checkFor(() => [taskOf(caller)]);
    expect(await check.check(await next(), 'web')).toBe('caller');
    node(CONNECT(port));
    expect(await check.check(await next(), 'web')).toBe('stranger');
    const mapped = node(CONNECT(port, '::ffff:127.0.0.1'));
    const other = await checkFor(() => [taskOf(mapped)]);
    expect(await other.check(await next(), 'web')).toBe('caller');
  });

  it('may be a worker of the task, also one that has left its session', async () => {
    const { port, next } = await listen();
    const start = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(CONNECT(port))}], { detached: true, stdio: 'ignore' });`;
    const parent = node(`${start} setInterval(() => {}, 1000);`, { [TASK_VARIABLE]: 'task-1' });
    const check = await checkFor(() => [taskOf(parent)]);
    expect(await check.check(await next(), 'web')).toBe('caller');
    process.kill(parent.pid ?? 0, 'SIGKILL');
    // An orphan is still known by what it was started with, while its task counts as running.
    const orphan = node(CONNECT(port), { [TASK_VARIABLE]: 'task-1' });
    expect(await check.check(await next(), 'web')).toBe('caller');
    expect(orphan.pid).toBeDefined();
  });

  it('is looked at again when the engine does not know the process yet', async () => {
    const { port, next } = await listen();
    const caller = node(CONNECT(port));
    let known: readonly ReturnType<typeof taskOf>[] = [];
    const check = await checkFor(() => known);
    const verdict = check.check(await next(), 'web');
    known = [taskOf(caller)];
    expect(await verdict).toBe('caller');
  });

  it('is nobody once the process has ended', async () => {
    const { port, next } = await listen();
    const caller = node(CONNECT(port));
    const check = await checkFor(() => [taskOf(caller)]);
    const socket = await next();
    caller.kill('SIGKILL');
    await once(caller, 'exit');
    expect(await check.check(socket, 'web')).not.toBe('caller');
  });

  it('is found for many at once', async () => {
    const { port, next } = await listen();
    const many = `for (let n = 0; n < 200; n += 1) require('node:net').connect(${port}, '127.0.0.1').on('error', () => {}); setInterval(() => {}, 1000);`;
    const [caller, stranger] = [node(many), node(many)];
    const check = await checkFor(() => [taskOf(caller)]);
    const sockets = await Promise.all(Array.from({ length: 400 }, next));
    const verdicts = await Promise.all(sockets.map((socket) => check.check(socket, 'web')));
    expect(verdicts.filter((verdict) => verdict === 'caller')).toHaveLength(200);
    expect(verdicts.filter((verdict) => verdict === 'stranger')).toHaveLength(200);
    expect(stranger.pid).toBeDefined();
  });
});
