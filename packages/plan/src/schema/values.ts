import { DEFINITION_NAME } from '../data/names.ts';
import { parseMiB, parseSeconds, showSeconds } from '../units.ts';
import { type Schema, text } from './kinds.ts';

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** A duration of a range in seconds. */
export function duration(range: Range, example: string, wholeUnit = 1): Schema {
  const expected = `a duration from ${showSeconds(range.minimum)} to ${showSeconds(range.maximum)}${
    wholeUnit === 1 ? '' : ` in steps of ${showSeconds(wholeUnit)}`
  }`;
  return text(expected, example, (value) => {
    const seconds = parseSeconds(value);
    return (
      seconds !== null && seconds >= range.minimum && seconds <= range.maximum && seconds % wholeUnit === 0
    );
  });
}

const DAY = 86_400;

/** A duration of whole days. */
export function days(range: Range, example: string): Schema {
  return duration({ minimum: range.minimum * DAY, maximum: range.maximum * DAY }, example, DAY);
}

/** A duration of exactly one of these numbers of days. */
export function dayChoice(allowed: readonly number[], example: string): Schema {
  return text(`one of ${allowed.join(', ')} days`, example, (value) => {
    const seconds = parseSeconds(value);
    return seconds !== null && allowed.includes(seconds / DAY);
  });
}

/** A size in whole GB. */
export function gigabytes(range: Range, example: string): Schema {
  return text(`a size from ${range.minimum} to ${range.maximum} GB`, example, (value) => {
    const size = parseMiB(value);
    return size !== null && size % 1024 === 0 && size / 1024 >= range.minimum && size / 1024 <= range.maximum;
  });
}

/** Any text that is not empty, up to a length. */
export function line(maximum: number, example: string): Schema {
  return text(`a text of 1 to ${maximum} characters on one line`, example, (value) => {
    return value.length > 0 && value.length <= maximum && !/[\p{Cc}]/u.test(value);
  });
}

export const name: Schema = text(`a name (${DEFINITION_NAME.rule})`, 'catalog', (value) =>
  DEFINITION_NAME.pattern.test(value),
);

/** Keys of services, stores and environments. */
export const nameKey = { pattern: DEFINITION_NAME.pattern, rule: DEFINITION_NAME.rule };

/** Keys of environment variables. */
export const variableKey = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
  rule: 'letters, digits and underscores',
};

/** Keys of anything else. */
export const anyKey = { pattern: /^(?!__proto__$).{1,128}$/u, rule: '1 to 128 characters' };

/** An address range as the VPC takes it: four numbers and a prefix length. */
export const cidr: Schema = text('an IPv4 address range', '10.0.0.0/16', (value) => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(value);
  if (match === null) return false;
  const parts = match.slice(1, 5).map(Number);
  const bits = Number(match[5]);
  if (parts.some((part) => part > 255) || bits < 16 || bits > 28) return false;
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return address % 2 ** (32 - bits) === 0;
});

/** An ARN of one service. */
export function arn(service: string, example: string): Schema {
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:.+$`);
  return text(`an ARN of ${service}`, example, (value) => pattern.test(value));
}

export const hostName: Schema = text('a host name', 'shop.example.com', (value) => {
  const labels = value.split('.');
  return (
    value.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
  );
});

/** A name that the author chose, placeholders in it; the rule of its kind is checked when it is filled in. */
export const ownName: Schema = line(512, 'shop-{env}');
