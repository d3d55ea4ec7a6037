import { badField } from './problem.ts';

/**
 * Text that a client sent, trimmed and in Unicode's composed form.
 *
 * @throws Problem 400 when it is no text, empty, too long (in code points), or has characters that no such text has
 */
export function checkText(field: string, value: unknown, max: number): string {
  const rule = `${field} must be text of 1 to ${max} characters.`;
  if (typeof value !== 'string' || value.length > max * 4) throw badField(field, rule);
  if (/\p{Surrogate}/u.test(value)) throw badField(field, `${field} must be valid Unicode.`);
  const text = value.normalize('NFC').trim();
  if (text === '' || [...text].length > max) throw badField(field, rule);
  // Control characters, and those that turn the direction of the text around them.
  if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text))
    throw badField(field, `${field} must not contain control characters.`);
  return text;
}

/**
 * A whole number: of JSON, or as digits of a form.
 *
 * @throws Problem 400 when it is none, or out of bounds
 */
export function checkInteger(field: string, value: unknown, min: number, max: number): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max)
    throw badField(field, `${field} must be a whole number from ${min} to ${max}.`);
  return number;
}
