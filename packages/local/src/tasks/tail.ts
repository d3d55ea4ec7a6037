/** The last lines of something that writes many. */
export interface Tail {
  add(line: string): void;
  /** Oldest first. */
  lines(): readonly string[];
}

/** Keeps the last `count` lines, each cut to 500 characters: they are for messages. */
export function createTail(count: number): Tail {
  const kept: string[] = [];
  return {
    add(line) {
      kept.push(line.length > 500 ? `${line.slice(0, 500)}…` : line);
      if (kept.length > count) kept.shift();
    },
    lines: () => [...kept],
  };
}
