import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { killAll } from './end-processes.ts';
import { parseProcessStat } from './identity.ts';
import { listeningPorts } from './listening-ports.ts';
import { createPortAllocator } from './ports.ts';
import { cpuPercent, createUsageSampler, parsePsTime, type Usage } from './usage.ts';

const groups: number[] = [];
afterEach(async () => {
  await killAll({ groups: groups.splice(0) });
});

async function group(script: string, lines: number): Promise<number> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const pgid = child.pid ?? 0;
  groups.push(pgid);
  let said = '';
  while (said.split('\n').length <= lines) said += String((await once(child.stdout, 'data'))[0]);
  return pgid;
}
const BUSY = `node -e 'const end = process.cpuUsage().user + 400000; while (process.cpuUsage().user < end); console.log("done"); setInterval(() => {}, 1000)'`;

describe('createUsageSampler', () => {
  it('adds up the CPU time of all processes of a group, also of those that have ended', async () => {
    const busy = await group(`${BUSY} & ${BUSY} & wait`, 2);
    // Half a second of work in a process that has ended since.
    const ended = await group(
      `node -e 'const end = process.cpuUsage().user + 400000; while (process.cpuUsage().user < end);'; echo; sleep 300`,
      1,
    );
    const idle = await group('echo; sleep 300', 1);
    const sampler = createUsageSampler();
    const used = await sampler.sample(
      new Map([
        ['busy', busy],
        ['ended', ended],
        ['idle', idle],
      ]),
    );
    expect(used.get('busy')?.cpuSeconds).toBeGreaterThanOrEqual(0.78);
    expect(used.get('busy')?.processes).toBe(3);
    expect(used.get('busy')?.rssBytes).toBeGreaterThan(50 * 1024 * 1024);
    expect(used.get('ended')?.cpuSeconds).toBeGreaterThanOrEqual(0.38);
    expect(used.get('idle')?.cpuSeconds).toBeLessThan(0.1);
    expect(used.get('idle')?.rssBytes).toBeLessThan(20 * 1024 * 1024);
  });

  it('never goes back, though a process is collected by another than its parent', async () => {
    // The inner shell ends first, so its busy child is no one's of the group when it ends.
    const pgid = await group(
      `(node -e 'const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end); console.log("x"); setTimeout(() => {}, 300)' &) ; sleep 300`,
      1,
    );
    const sampler = createUsageSampler();
    const before = (await sampler.sample(new Map([['a', pgid]]))).get('a')?.cpuSeconds ?? 0;
    await sleep(700);
    const after = (await sampler.sample(new Map([['a', pgid]]))).get('a')?.cpuSeconds ?? 0;
    expect(before).toBeGreaterThan(0.2);
    expect(after).toBeGreaterThanOrEqual(before);
  });

  it('counts children that left the group, and leaves out groups that have ended', async () => {
    const pgid = await group('setsid sh -c "echo; sleep 300" & sleep 300', 1);
    const used = await createUsageSampler().sample(
      new Map([
        ['a', pgid],
        ['gone', 4_000_000],
      ]),
    );
    expect(used.get('a')?.processes).toBeGreaterThanOrEqual(3);
    expect([...used.keys()]).toEqual(['a']);
  });

  it('sees processes that were started between two samples', async () => {
    const child = spawn('sh', ['-c', 'echo; read line; sleep 300 & sleep 300 & echo; wait'], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const pgid = child.pid ?? 0;
    groups.push(pgid);
    await once(child.stdout, 'data');
    const sampler = createUsageSampler();
    const ids = new Map([['a', pgid]]);
    expect((await sampler.sample(ids)).get('a')?.processes).toBe(1);
    child.stdin.write('go\n');
    await once(child.stdout, 'data');
    expect((await sampler.sample(ids)).get('a')?.processes).toBe(3);
  });
});

describe('cpuPercent', () => {
  const usage = (atMs: number, cpuSeconds: number): Usage => ({
    atMs,
    cpuSeconds,
    rssBytes: 0,
    processes: 1,
  });

  it.each([
    [1024, 0.5, 50],
    [512, 0.25, 50],
    [256, 0.05, 20],
    [2048, 0.5, 25],
    [256, 1, 100],
  ])('of %i units, %f s of CPU in a second are %f percent', (units, seconds, percent) => {
    expect(cpuPercent(usage(1000, 3), usage(2000, 3 + seconds), units)).toBeCloseTo(percent);
  });

  it('is 0 without time between, and for a group that began anew', () => {
    expect(cpuPercent(usage(1000, 3), usage(1000, 4), 1024)).toBe(0);
    expect(cpuPercent(usage(1000, 3), usage(2000, 0), 1024)).toBe(0);
  });
});

describe('parseProcessStat', () => {
  it('reads a line whose command holds spaces and parentheses', () => {
    const rest = Array.from({ length: 49 }, (_, index) => String(index + 4)).join(' ');
    expect(parseProcessStat(`42 (a ) b (c) R ${rest}`)).toEqual({
      pid: 42,
      state: 'R',
      ppid: 4,
      pgid: 5,
      session: 6,
      ownTicks: 29,
      childTicks: 33,
      startTicks: '22',
      residentPages: 24,
    });
    expect(parseProcessStat('')).toBeUndefined();
  });
});

describe('parsePsTime', () => {
  it.each([
    ['0:01.50', 1.5],
    ['12:34.00', 754],
    ['1:00:00', 3600],
    ['2-03:04:05', 183_845],
  ])('%s is %f s', (text, seconds) => {
    expect(parsePsTime(text)).toBeCloseTo(seconds);
  });
});

describe('ports', () => {
  it('are not handed out twice, nor when someone listens on them', async () => {
    const server = createServer().listen({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const allocator = createPortAllocator(5, { from: port - 5, to: port + 5 });
    // Begins with the one that is taken. Others may have some of the eleven, but not nearly all.
    const handed = [await allocator.next(), await allocator.next()];
    expect(handed).not.toContain(port);
    expect(new Set(handed).size).toBe(2);
    server.close();
    const only = createPortAllocator(0, { from: port, to: port });
    await once(server, 'close');
    expect(await only.next()).toBe(port);
    const again = createServer().listen({ port, host: '127.0.0.1' });
    await once(again, 'listening');
    await expect(only.next()).rejects.toMatchObject({ code: 'NO_FREE_PORT' });
    again.close();
  });

  it('that a group listens on are found, on both kinds of address and in its children', async () => {
    const listen = (host: string): string =>
      `node -e 'const s = require("node:net").createServer().listen(0, "${host}", () => console.log(s.address().port))'`;
    const child = spawn('sh', ['-c', `${listen('127.0.0.1')} & ${listen('::1')} & wait`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    groups.push(child.pid ?? 0);
    let said = '';
    while (said.trim().split('\n').length < 2) said += String((await once(child.stdout, 'data'))[0]);
    const ports = said
      .trim()
      .split('\n')
      .map(Number)
      .sort((a, b) => a - b);
    expect(await listeningPorts(child.pid ?? 0)).toEqual(ports);
    expect(await listeningPorts(4_000_000)).toEqual([]);
  });
});
