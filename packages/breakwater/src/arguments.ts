import { InvalidArgumentError } from 'commander';

/** A TCP port. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  }
  return port;
}

/** How many times faster than the clock: above 0, at most 1000. */
export function parseTimeScale(text: string): number {
  const scale = Number(text);
  if (text.trim() === '' || !Number.isFinite(scale) || scale <= 0 || scale > 1000) {
    throw new InvalidArgumentError(
      'A time scale is a number above 0 and at most 1000, such as 10: ten times as fast.',
    );
  }
  return scale;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `30 s`, `2m` or, without a unit, seconds. */
export function parseDuration(text: string): number {
  const [, amount = '', unit = 's'] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?\s*$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (amount === '' || factor === undefined) {
    throw new InvalidArgumentError('A duration is a number with ms, s, m or h, such as 500ms, 30s or 2m.');
  }
  return Number(amount) * factor;
}

/** Milliseconds of `200ms`, `2s` or, without a unit, milliseconds. */
export function parseDelay(text: string): number {
  return parseDuration(/^\s*\d+(?:\.\d+)?\s*$/.test(text) ? `${text}ms` : text);
}

/** A whole number from 0. */
export function parseCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('This must be a whole number from 0.');
  return Number(text);
}

/** What `scale` is asked for: a number of tasks, or bounds. */
export type ScaleTarget =
  | { readonly kind: 'desired'; readonly desired: number }
  | { readonly kind: 'bounds'; readonly minimum: number | null; readonly maximum: number | null };

/** `4`, `2..10`, `2..`, `..10`. */
export function parseScaleTarget(text: string): ScaleTarget {
  if (/^\d{1,5}$/.test(text)) return { kind: 'desired', desired: Number(text) };
  const match = /^(\d{0,5})\.\.(\d{0,5})$/.exec(text);
  const [, low = '', high = ''] = match ?? [];
  if (!match || (low === '' && high === '')) {
    throw new InvalidArgumentError('Give a number of tasks such as 4, or bounds such as 2..10, 2.. or ..10.');
  }
  const minimum = low === '' ? null : Number(low);
  const maximum = high === '' ? null : Number(high);
  if (minimum !== null && maximum !== null && minimum > maximum) {
    throw new InvalidArgumentError(`The minimum, ${minimum}, is above the maximum, ${maximum}.`);
  }
  return { kind: 'bounds', minimum, maximum };
}

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** An AWS account. */
export function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An AWS account has twelve digits.');
  return text;
}

/** The number of a release. */
export function parseRelease(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A release has a whole number from 1.');
  return Number(text);
}
