import type { Budget } from './budget.ts';
import { BUCKETS } from './histogram.ts';
import {
  type Block,
  createRing,
  type Grain,
  indexInBlock,
  MINUTES,
  ROWS_PER_BLOCK,
  SECONDS,
} from './ring.ts';

/** What is counted of requests, by column. */
export const COLUMN = {
  /** Every request, also what the load balancer answered itself. */
  all: 0,
  /** Requests for which a target was chosen: `RequestCount`. */
  routed: 1,
  target2xx: 2,
  target3xx: 3,
  target4xx: 4,
  target5xx: 5,
  elb4xx: 6,
  elb5xx: 7,
} as const;

const COLUMNS = 8;
const NONE = -1;

interface RequestBlock extends Block {
  readonly counts: Uint32Array;
  /** Sum, minimum and maximum of the latency, milliseconds. */
  readonly latency: Float64Array;
  readonly buckets: Uint16Array | Uint32Array;
  readonly largest: number;
}

/** A request, reduced to what each series adds. */
export interface RequestMark {
  /** Row at one-second and at one-minute grain. */
  secondRow: number;
  minuteRow: number;
  routed: boolean;
  /** Column of the status class, or -1. */
  statusColumn: number;
  /** Bucket of the latency, or -1 when no target answered. */
  bucket: number;
  targetMs: number;
}

/** Sums over rows of a request series. */
export interface RequestTotals {
  readonly counts: Float64Array;
  readonly buckets: Float64Array;
  answered: number;
  sumMs: number;
  minMs: number;
  maxMs: number;
}

/** Requests of one task, route, target group, service or of all, by second and by minute. */
export interface RequestSeries {
  readonly add: (mark: RequestMark) => void;
  /** Adds what lies in [fromMs, toMs) rows of `grain` to `totals`. */
  readonly sum: (grain: Grain, firstRow: number, endRow: number, totals: RequestTotals) => void;
  /** Gives the memory back; the series is not used afterwards. */
  readonly drop: () => void;
}

export function createRequestSeries(budget: Budget | null): RequestSeries {
  let bytes = 0;
  let dropped = false;
  const allocate = (grain: Grain): RequestBlock | null => {
    const size = blockBytes(grain);
    if (budget !== null && !budget.take(size)) return null;
    // Making room may have dropped this very series.
    if (dropped) budget?.give(size);
    else bytes += size;
    return createBlock(grain);
  };
  const seconds = createRing(SECONDS, () => allocate(SECONDS));
  const minutes = createRing(MINUTES, () => allocate(MINUTES));
  return {
    add(mark) {
      const second = seconds.writable(mark.secondRow);
      if (second !== null) addMark(second, indexInBlock(mark.secondRow), mark);
      const minute = minutes.writable(mark.minuteRow);
      if (minute !== null) addMark(minute, indexInBlock(mark.minuteRow), mark);
    },
    sum(grain, firstRow, endRow, totals) {
      const ring = grain === MINUTES ? minutes : seconds;
      for (let row = firstRow; row < endRow; row += 1) {
        const block = ring.readable(row);
        if (block !== null) addRow(block, indexInBlock(row), totals);
      }
    },
    drop() {
      budget?.give(bytes);
      bytes = 0;
      dropped = true;
    },
  };
}

/** Empty sums, to be filled by {@link RequestSeries.sum}. */
export function createRequestTotals(): RequestTotals {
  return {
    counts: new Float64Array(COLUMNS),
    buckets: new Float64Array(BUCKETS),
    answered: 0,
    sumMs: 0,
    minMs: Number.POSITIVE_INFINITY,
    maxMs: 0,
  };
}

/** Makes sums empty again, so that one object serves a whole query. */
export function clearRequestTotals(totals: RequestTotals): void {
  totals.counts.fill(0);
  totals.buckets.fill(0);
  totals.answered = 0;
  totals.sumMs = 0;
  totals.minMs = Number.POSITIVE_INFINITY;
  totals.maxMs = 0;
}

// In a second no bucket reaches 65,536 in practice; should one, it stays there rather than start again at 0.
function blockBytes(grain: Grain): number {
  return ROWS_PER_BLOCK * (COLUMNS * 4 + 3 * 8 + BUCKETS * (grain === SECONDS ? 2 : 4));
}

function createBlock(grain: Grain): RequestBlock {
  const counts = new Uint32Array(ROWS_PER_BLOCK * COLUMNS);
  const latency = new Float64Array(ROWS_PER_BLOCK * 3);
  const buckets =
    grain === SECONDS ? new Uint16Array(ROWS_PER_BLOCK * BUCKETS) : new Uint32Array(ROWS_PER_BLOCK * BUCKETS);
  return {
    number: NONE,
    counts,
    latency,
    buckets,
    largest: grain === SECONDS ? 0xffff : 0xffffffff,
    clear() {
      counts.fill(0);
      latency.fill(0);
      buckets.fill(0);
    },
  };
}

function addMark(block: RequestBlock, index: number, mark: RequestMark): void {
  const { counts } = block;
  const first = index * COLUMNS;
  counts[first] = (counts[first] ?? 0) + 1;
  if (mark.routed) counts[first + COLUMN.routed] = (counts[first + COLUMN.routed] ?? 0) + 1;
  if (mark.statusColumn !== NONE) {
    counts[first + mark.statusColumn] = (counts[first + mark.statusColumn] ?? 0) + 1;
  }
  if (mark.bucket === NONE) return;
  addLatency(block, index, mark.bucket, mark.targetMs);
}

function addLatency(block: RequestBlock, index: number, bucket: number, ms: number): void {
  const { buckets, latency } = block;
  const sum = index * 3;
  const slot = index * BUCKETS + bucket;
  const seen = latency[sum + 2] ?? 0;
  const before = latency[sum] ?? 0;
  // A row without any latency has a maximum of 0, which no latency has: marks carry at least a nanosecond.
  if (seen === 0 || ms < (latency[sum + 1] ?? 0)) latency[sum + 1] = ms;
  if (ms > seen) latency[sum + 2] = ms;
  latency[sum] = before + ms;
  const count = buckets[slot] ?? 0;
  if (count < block.largest) buckets[slot] = count + 1;
}

function addRow(block: RequestBlock, index: number, totals: RequestTotals): void {
  const { counts, latency, buckets } = block;
  if ((counts[index * COLUMNS] ?? 0) === 0) return;
  for (let column = 0; column < COLUMNS; column += 1) {
    totals.counts[column] = (totals.counts[column] ?? 0) + (counts[index * COLUMNS + column] ?? 0);
  }
  const maximum = latency[index * 3 + 2] ?? 0;
  if (maximum === 0) return;
  totals.sumMs += latency[index * 3] ?? 0;
  totals.minMs = Math.min(totals.minMs, latency[index * 3 + 1] ?? 0);
  totals.maxMs = Math.max(totals.maxMs, maximum);
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const count = buckets[index * BUCKETS + bucket] ?? 0;
    if (count === 0) continue;
    totals.buckets[bucket] = (totals.buckets[bucket] ?? 0) + count;
    totals.answered += count;
  }
}
