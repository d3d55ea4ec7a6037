import type { Principal } from './protocol.ts';

/** The keys that a store server knows. */
export interface Principals {
  begin(principal: Principal): void;
  end(accessKeyId: string): void;
  /** `ended` for keys that once held, `unknown` for those that never did. */
  find(accessKeyId: string, now: number): Principal | 'ended' | 'unknown';
}

/** Keys that ended and are remembered, so that their holder is told that they expired and not that they never were. */
const REMEMBERED = 10_000;

export function createPrincipals(): Principals {
  const current = new Map<string, Principal>();
  const ended = new Set<string>();
  const end = (accessKeyId: string): void => {
    if (!current.delete(accessKeyId)) return;
    ended.add(accessKeyId);
    if (ended.size <= REMEMBERED) return;
    const [oldest] = ended;
    if (oldest !== undefined) ended.delete(oldest);
  };
  return {
    begin: (principal) => void current.set(principal.accessKeyId, principal),
    end,
    find(accessKeyId, now) {
      const principal = current.get(accessKeyId);
      if (principal === undefined) return ended.has(accessKeyId) ? 'ended' : 'unknown';
      if (now < principal.expiresAt) return principal;
      end(accessKeyId);
      return 'ended';
    },
  };
}
