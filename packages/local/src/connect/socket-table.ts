import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';

/** A TCP connection on loopback, as one of its ends sees it. */
export interface LoopbackConnection {
  readonly localPort: number;
  readonly remotePort: number;
}

/** Finds the inode of the socket at one end of a connection; undefined when no process holds it any more. */
export type SocketTable = (connection: LoopbackConnection) => string | undefined;

const LOOPBACK = endianness() === 'LE' ? '0100007F' : '7F000001';
/** ::ffff:127.0.0.1, which a program that speaks IPv6 only connects from. */
const MAPPED =
  endianness() === 'LE' ? '0000000000000000FFFF00000100007F' : '00000000000000000000FFFF7F000001';

/**
 * Reads the kernel's tables of TCP sockets, as in proc_net(5). Linux only.
 * @throws where there is no /proc/net/tcp
 */
export async function readSocketTable(): Promise<SocketTable> {
  const [four, six] = await Promise.all([
    readFile('/proc/net/tcp', 'latin1'),
    readFile('/proc/net/tcp6', 'latin1').catch(() => ''),
  ]);
  return (connection) => inodeIn(four, LOOPBACK, connection) ?? inodeIn(six, MAPPED, connection);
}

function inodeIn(
  table: string,
  address: string,
  { localPort, remotePort }: LoopbackConnection,
): string | undefined {
  const at = table.indexOf(` ${address}:${hex(localPort)} ${address}:${hex(remotePort)} `);
  if (at < 0) return undefined;
  const end = table.indexOf('\n', at);
  // local, remote, state, queues, timer, retransmits, uid, timeout, inode
  const inode = table
    .slice(at, end < 0 ? undefined : end)
    .trim()
    .split(/\s+/)[8];
  return inode === '0' ? undefined : inode;
}

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** Takes those inodes out of `wanted` that belong to sockets of a process, and returns them. */
export function socketsHeldBy(pid: number, wanted: Set<string>): readonly string[] {
  const held: string[] = [];
  let names: readonly string[] = [];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    // It has ended, or belongs to another user.
  }
  // The newest descriptors are the likeliest.
  for (let index = names.length - 1; index >= 0 && wanted.size > 0; index -= 1) {
    try {
      const link = readlinkSync(`/proc/${pid}/fd/${names[index]}`);
      if (!link.startsWith('socket:[')) continue;
      const inode = link.slice(8, -1);
      if (wanted.delete(inode)) held.push(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return held;
}
