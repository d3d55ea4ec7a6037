import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProcesses } from './process-table.ts';

const run = promisify(execFile);

/**
 * The TCP ports that a process group, and what descends from it, listens on, in ascending order: to say "it listens on 3000, not
 * on the port it was given". Linux reads /proc; elsewhere `lsof` is asked. Empty where neither answers.
 */
export async function listeningPorts(pgid: number): Promise<readonly number[]> {
  const ports = new Set(process.platform === 'linux' ? await fromProc(pgid) : await fromLsof(pgid));
  return [...ports].sort((a, b) => a - b);
}

async function fromProc(pgid: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const { pid } of await findProcesses({ groups: [pgid] })) {
    const sockets = socketsOf(pid);
    if (sockets.size === 0) continue;
    for (const table of ['tcp', 'tcp6']) {
      // Through the process itself, for it may be in a network namespace of its own.
      for (const [inode, port] of listeners(`/proc/${pid}/net/${table}`)) {
        if (sockets.has(inode)) found.push(port);
      }
    }
  }
  return found;
}

function socketsOf(pid: number): ReadonlySet<string> {
  const inodes = new Set<string>();
  let names: readonly string[] = [];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    // It has ended, or belongs to another user.
  }
  for (const name of names) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return inodes;
}

/** Listening sockets of a table as in proc_net(5): inode and port. State 0A is LISTEN. */
function listeners(path: string): readonly (readonly [inode: string, port: number])[] {
  let text = '';
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    // No IPv6 on this machine.
  }
  const found: [string, number][] = [];
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = fields[1]?.split(':')[1];
    const inode = fields[9];
    if (fields[3] === '0A' && port !== undefined && inode !== undefined) {
      found.push([inode, Number.parseInt(port, 16)]);
    }
  }
  return found;
}

async function fromLsof(pgid: number): Promise<readonly number[]> {
  try {
    const { stdout } = await run('lsof', ['-nP', '-a', '-g', String(pgid), '-iTCP', '-sTCP:LISTEN', '-Fn']);
    return [...stdout.matchAll(/^n.*:(\d+)$/gm)].map((match) => Number(match[1]));
  } catch {
    // lsof answers 1 when it finds nothing.
    return [];
  }
}
