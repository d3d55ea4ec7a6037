import type { DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Plan, SecretPlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, fact, failed, passed, present } from '../outcome.ts';
import { compareKey } from './stores.ts';

/** Secrets: that they are there with their fields, which services would not start without. Values are never kept or shown. */
export function secretChecks(plan: Plan): Check[] {
  return Object.values(plan.secrets).flatMap((secret) => checksOf(plan, secret));
}

function checksOf(plan: Plan, secret: SecretPlan): Check[] {
  const { key, name } = secret;
  const find = async (live: Live) => present(await live.operations.findSecret(name), `secret ${name}`);
  return [
    check('secrets', `${key}.exists`, `secret ${name} is there`, async (live) => {
      const found = await live.operations.findSecret(name);
      if (found === null) return failed(name, 'no such secret');
      return found.DeletedDate === undefined ? passed(name) : failed(name, 'marked for deletion');
    }),
    check(
      'secrets',
      `${key}.fields`,
      `secret ${name} has the fields that services are given`,
      async (live) => {
        if ((await find(live)).DeletedDate !== undefined) present(null, `secret ${name} any more`);
        const wanted = secret.fields;
        if (wanted.length === 0) return passed('a plain value');
        const fields = await live.operations.secretFields(name);
        if (fields === null) return failed(`JSON with ${wanted.join(', ')}`, 'no JSON object');
        const missing = wanted.filter((field) => !fields.includes(field));
        return missing.length === 0
          ? passed(wanted.join(', '))
          : failed(wanted.join(', '), `missing: ${missing.join(', ')}`);
      },
    ),
    ...(secret.kind === 'existing'
      ? []
      : [
          check('secrets', `${key}.rotation`, `${name} is rotated as planned`, async (live) => {
            const found = await find(live);
            const on = found.RotationEnabled ?? false;
            return compare([
              fact('days between rotations', secret.rotationDays, on ? rotationDays(found) : null),
            ]);
          }),
          check('secrets', `${key}.encryption`, `${name} is encrypted with the planned key`, async (live) => {
            const found = await find(live);
            if (secret.encryptionKey === null) return passed(found.KmsKeyId ?? 'key of AWS');
            return compareKey(live, plan, secret.encryptionKey, found.KmsKeyId);
          }),
        ]),
  ];
}

/** Days between rotations: given as a number, or as `rate(30 days)`. */
function rotationDays({ RotationRules }: DescribeSecretCommandOutput): number | null {
  if (RotationRules?.AutomaticallyAfterDays !== undefined) return RotationRules.AutomaticallyAfterDays;
  const days = RotationRules?.ScheduleExpression?.match(/^rate\((\d+) days?\)$/)?.[1];
  return days === undefined ? null : Number(days);
}
