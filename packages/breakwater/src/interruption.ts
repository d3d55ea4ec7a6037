const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm and the terminal both deliver one Ctrl-C; signals this close together are one wish. */
const SAME_WISH_MS = 250;

/**
 * Calls `first` when the process is asked to end (Ctrl-C, SIGTERM, a closed terminal) and `again` for each further wish.
 * Returns a function that takes the handlers away.
 */
export function onInterruption(first: (signal: string) => void, again: (signal: string) => void): () => void {
  let lastAt: number | null = null;
  const listen = (signal: string): void => {
    const now = performance.now();
    const repeated = lastAt !== null && now - lastAt < SAME_WISH_MS;
    const isFirst = lastAt === null;
    if (!repeated) lastAt = now;
    if (isFirst) first(signal);
    else if (!repeated) again(signal);
  };
  for (const signal of SIGNALS) process.on(signal, listen);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listen);
  };
}
