import { createServer } from 'node:net';
import type { PortAllocator } from '../../processes/ports.ts';

/**
 * A port for a server: that of last time if it can be had, else another one.
 * @param ports where it is claimed, so that no other engine takes it; without it any free one
 */
export async function choosePort(
  ports: Pick<PortAllocator, 'next' | 'take'> | undefined,
  last: number | null,
): Promise<number> {
  if (ports === undefined) return findFreePort(last);
  return last !== null && (await ports.take(last)) ? last : ports.next();
}

/** A free port of 127.0.0.1: `wanted` if it is free, else one that the system chooses. */
export async function findFreePort(wanted: number | null): Promise<number> {
  if (wanted !== null && (await isFree(wanted))) return wanted;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Whether nobody listens on the port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port }, () => probe.close(() => resolve(true)));
  });
}
