import { describe, expect, test } from 'vitest';
import type { DeployEvent } from './events.ts';
import { LOCK_LIFETIME_MS, takeLock } from './lock.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

/** A store that keeps S3's promises about conditional writes, in memory. */
function memoryStore(): Store & { readonly objects: Map<string, { body: Uint8Array; etag: string }> } {
  const objects = new Map<string, { body: Uint8Array; etag: string }>();
  let version = 0;
  return {
    objects,
    bucket: 'memory',
    read: async (name) => objects.get(name) ?? null,
    write: async (name, body, condition) => {
      const present = objects.get(name);
      if (condition === 'absent' && present !== undefined) return null;
      if (typeof condition === 'object' && present?.etag !== condition.etag) return null;
      const etag = `v${++version}`;
      objects.set(name, { body: new TextEncoder().encode(body), etag });
      return etag;
    },
    remove: async (name, etag) => {
      if (etag === undefined || objects.get(name)?.etag === etag) objects.delete(name);
    },
    list: async (folder) => [...objects.keys()].filter((name) => name.startsWith(folder)).sort(),
  };
}

const session: Session = {
  region: 'eu-west-1',
  account: '123456789012',
  caller: 'arn:aws:iam::123456789012:user/ann',
  profile: null,
  credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
};
const start = Date.parse('2026-11-21T10:00:00Z');

describe('lock', () => {
  const take = (store: Store, at: number, events: DeployEvent[] = []) =>
    takeLock(session, store, {
      operation: 'deploy',
      onEvent: (event) => events.push(event),
      now: () => at,
    });

  test('one of many that ask at the same moment gets it', async () => {
    const store = memoryStore();
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => take(store, start)));
    const held = asked.filter(({ status }) => status === 'fulfilled');
    expect(held).toHaveLength(1);
    for (const each of asked) if (each.status === 'fulfilled') await each.value.release();
    expect(store.objects.size).toBe(0);
  });

  test('the second is told who has it, since when, and when it becomes free', async () => {
    const store = memoryStore();
    const lock = await take(store, start);
    await expect(take(store, start + 60_000)).rejects.toMatchObject({
      code: 'busy',
      why: expect.stringMatching(
        /^arn:aws:iam::123456789012:user\/ann began it at 2026-11-21T10:00:00.000Z on /,
      ),
      fix: expect.stringContaining(`in ${LOCK_LIFETIME_MS / 1000 - 60} s`),
    });
    await lock.release();
  });

  test('one that was never given back is taken over once it expired, with a note', async () => {
    const store = memoryStore();
    const lost = await take(store, start);
    const events: DeployEvent[] = [];
    const lock = await take(store, start + LOCK_LIFETIME_MS, events);
    expect(events).toEqual([
      { kind: 'note', message: expect.stringContaining('ended without giving its lock back') },
    ]);
    // The first one cannot give back what is not its own any more.
    await lost.release();
    expect(store.objects.size).toBe(1);
    await lock.release();
    expect(store.objects.size).toBe(0);
  });
});
