import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { join } from '../path.ts';
import type { Plan } from '../plan/plan.ts';
import type { SecretPlan } from '../plan/stores.ts';
import { where } from './where.ts';

/** A secret that a definition takes for granted, with all fields that are read from it. */
export interface ExpectedSecret {
  readonly key: string;
  readonly name: string;
  /** Empty: its whole value is used. */
  readonly fields: readonly string[];
}

type Existing = Extract<SecretPlan, { kind: 'existing' }>;

/** The secrets that must be in the account before a system is deployed. */
export function expectedSecrets(plan: Plan): readonly ExpectedSecret[] {
  return Object.values(plan.secrets)
    .filter((secret): secret is Existing => secret.kind === 'existing')
    .map(({ key, name, fields }) => {
      const asked = Object.values(plan.services).flatMap(({ secrets }) =>
        Object.values(secrets).flatMap((use) => (use.secret === key && use.key !== null ? [use.key] : [])),
      );
      return { key, name, fields: [...new Set([...fields, ...asked])] };
    });
}

/**
 * What is wrong with such a secret, in the words of every target.
 *
 * @param value its text; undefined for one without a text; null: there is no such secret
 */
export function checkSecretValue(
  plan: Plan,
  { key, name, fields }: ExpectedSecret,
  value: string | undefined | null,
): readonly Diagnostic[] {
  const path = where(plan, `${join('secrets', key)}.name`);
  const example =
    fields.length === 0 ? 'VALUE' : JSON.stringify(Object.fromEntries(fields.map((field) => [field, '…'])));
  if (value === null) return [diagnostic('BW1801', path, { name, example })];
  if (fields.length === 0) return [];
  const missing = missingFields(value, fields);
  if (missing === null) return [diagnostic('BW1802', path, { name, example })];
  return missing.length === 0 ? [] : [diagnostic('BW1803', path, { name, missing: missing.join(', ') })];
}

/** Fields that a secret's value lacks; null when it is no JSON object. */
function missingFields(value: string | undefined, fields: readonly string[]): readonly string[] | null {
  try {
    const json: unknown = JSON.parse(value ?? '');
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
    return fields.filter((field) => !Object.hasOwn(json, field));
  } catch {
    return null;
  }
}
