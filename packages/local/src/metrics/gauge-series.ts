import {
  type Block,
  createRing,
  type Grain,
  indexInBlock,
  MINUTES,
  ROWS_PER_BLOCK,
  SECONDS,
} from './ring.ts';

const COLUMNS = 4;

interface GaugeBlock extends Block {
  /** Number of samples, sum, minimum, maximum. */
  readonly values: Float64Array;
}

/** Sums over rows of a gauge. */
export interface GaugeTotals {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** Samples of something that goes up and down, by second and by minute: CPU of a task, running tasks of a service. */
export interface GaugeSeries {
  readonly add: (atMs: number, value: number) => void;
  readonly sum: (grain: Grain, firstRow: number, endRow: number, totals: GaugeTotals) => void;
}

export function createGaugeSeries(): GaugeSeries {
  const seconds = createRing(SECONDS, createBlock);
  const minutes = createRing(MINUTES, createBlock);
  return {
    add(atMs, value) {
      for (const ring of [seconds, minutes]) {
        const row = Math.floor(atMs / ring.grain.stepMs);
        const block = ring.writable(row);
        if (block !== null) addSample(block.values, indexInBlock(row) * COLUMNS, value);
      }
    },
    sum(grain, firstRow, endRow, totals) {
      const ring = grain === MINUTES ? minutes : seconds;
      for (let row = firstRow; row < endRow; row += 1) {
        const block = ring.readable(row);
        if (block !== null) addRow(block.values, indexInBlock(row) * COLUMNS, totals);
      }
    },
  };
}

/** Empty sums. */
export function createGaugeTotals(): GaugeTotals {
  return { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
}

function createBlock(): GaugeBlock {
  const values = new Float64Array(ROWS_PER_BLOCK * COLUMNS);
  return { number: -1, values, clear: () => values.fill(0) };
}

function addSample(values: Float64Array, at: number, value: number): void {
  const count = values[at] ?? 0;
  values[at] = count + 1;
  values[at + 1] = (values[at + 1] ?? 0) + value;
  if (count === 0 || value < (values[at + 2] ?? 0)) values[at + 2] = value;
  if (count === 0 || value > (values[at + 3] ?? 0)) values[at + 3] = value;
}

function addRow(values: Float64Array, at: number, totals: GaugeTotals): void {
  const count = values[at] ?? 0;
  if (count === 0) return;
  totals.count += count;
  totals.sum += values[at + 1] ?? 0;
  totals.min = Math.min(totals.min, values[at + 2] ?? 0);
  totals.max = Math.max(totals.max, values[at + 3] ?? 0);
}
