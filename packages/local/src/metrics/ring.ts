/** Rows in a block, at every grain. */
export const ROWS_PER_BLOCK = 60;

/** How finely a series is kept, and for how long: `blocks` × 60 × `stepMs`. */
export interface Grain {
  readonly stepMs: number;
  readonly blocks: number;
}

/** One row a second; the last 15 minutes are always whole (a sixteenth block is being written). */
export const SECONDS: Grain = { stepMs: 1_000, blocks: 16 };

/** One row a minute; the last 6 hours are always whole. */
export const MINUTES: Grain = { stepMs: 60_000, blocks: 7 };

/** Sixty rows of a series. `number` says which ones: they begin at row `number` × 60 since the epoch. */
export interface Block {
  number: number;
  /** Sets all rows to empty. */
  readonly clear: () => void;
}

/** Blocks of the recent past, each reused for a later one when its time has gone. Empty stretches take no memory. */
export interface Ring<B extends Block> {
  readonly grain: Grain;
  /** The block of a row for writing; null when the row is older than what is kept, or `allocate` refuses. */
  readonly writable: (row: number) => B | null;
  /** The block of a row for reading; null when nothing was written near it. */
  readonly readable: (row: number) => B | null;
}

/** @param allocate makes an empty block, or null when memory may not grow */
export function createRing<B extends Block>(grain: Grain, allocate: () => B | null): Ring<B> {
  const slots: (B | null)[] = Array.from({ length: grain.blocks }, () => null);
  let latest: B | null = null;
  const readable = (row: number): B | null => {
    const number = Math.floor(row / ROWS_PER_BLOCK);
    const block = slots[slotOf(number, grain.blocks)] ?? null;
    return block !== null && block.number === number ? block : null;
  };
  return {
    grain,
    readable,
    writable(row) {
      const number = Math.floor(row / ROWS_PER_BLOCK);
      if (latest !== null && latest.number === number) return latest;
      const slot = slotOf(number, grain.blocks);
      let block = slots[slot] ?? null;
      if (block !== null && block.number > number) return null;
      if (block !== null && block.number === number) {
        latest = block;
        return block;
      }
      if (block === null) {
        block = allocate();
        if (block === null) return null;
        slots[slot] = block;
      } else {
        block.clear();
      }
      block.number = number;
      latest = block;
      return block;
    },
  };
}

function slotOf(number: number, blocks: number): number {
  return ((number % blocks) + blocks) % blocks;
}

/** Index of a row in its block. */
export function indexInBlock(row: number): number {
  return row - Math.floor(row / ROWS_PER_BLOCK) * ROWS_PER_BLOCK;
}

/**
 * Rows whose beginning lies in [fromMs, toMs), as [first, end). A stretch shorter than a row takes the row it
 * begins in.
 */
export function rowsBetween(grain: Grain, fromMs: number, toMs: number): readonly [number, number] {
  const first = Math.ceil(fromMs / grain.stepMs);
  const end = Math.ceil(toMs / grain.stepMs);
  if (first < end) return [first, end];
  const row = Math.floor(fromMs / grain.stepMs);
  return [row, row + 1];
}
