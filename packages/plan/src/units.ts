const SECONDS = { s: 1, min: 60, h: 3600, day: 86_400, days: 86_400 } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?) (s|min|h|days?)$/;
const SIZE = /^(\d{1,9}(?:\.\d{1,3})?) (MB|GB)$/;
const ACU = /^(\d{1,3}(?:\.5|\.0)?)-(\d{1,3}(?:\.5|\.0)?) ACU$/;
const TASK_SIZE = /^(\d{1,2}(?:\.\d{1,2})?) vCPU, (\d{1,3}(?:\.5)?) GB$/;

/** Seconds of a duration such as `'30 s'`; null for any other text. */
export function parseSeconds(text: string): number | null {
  const match = DURATION.exec(text);
  const unit = match?.[2] as keyof typeof SECONDS | undefined; // the pattern allows these units only
  return match === null || unit === undefined ? null : Number(match[1]) * SECONDS[unit];
}

/** MiB of a size such as `'2 GB'`; null for any other text. */
export function parseMiB(text: string): number | null {
  const match = SIZE.exec(text);
  return match === null ? null : Number(match[1]) * (match[2] === 'GB' ? 1024 : 1);
}

/** Minimum and maximum of `'0.5-2 ACU'`; null for any other text. */
export function parseAcu(text: string): { readonly minimum: number; readonly maximum: number } | null {
  const match = ACU.exec(text);
  return match === null ? null : { minimum: Number(match[1]), maximum: Number(match[2]) };
}

/** CPU units and MiB of `'1 vCPU, 2 GB'`; null for any other text. */
export function parseTaskSize(text: string): { readonly cpu: number; readonly memory: number } | null {
  const match = TASK_SIZE.exec(text);
  return match === null ? null : { cpu: Number(match[1]) * 1024, memory: Number(match[2]) * 1024 };
}

/** A length of time for people: `90 s`, `5 min`, `7 days`. */
export function showSeconds(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0)
    return seconds === 86_400 ? '1 day' : `${seconds / 86_400} days`;
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds >= 300 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
