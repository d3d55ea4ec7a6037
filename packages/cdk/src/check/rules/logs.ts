import type { Hit, Rule } from '../rule.ts';

/** Rules about log groups. */
export const LOG_RULES: readonly Rule[] = [
  {
    id: 'check/log-retention',
    severity: 'warning',
    title: 'Logs that are kept for ever',
    why: 'They cost more each month, and personal data in them is never deleted.',
    fix: "Give a retention: logs: { retention: '7 days' }.",
    find: ({ of }) =>
      of('AWS::Logs::LogGroup').flatMap(({ path, properties }) =>
        properties['RetentionInDays'] === undefined
          ? [{ where: path, what: 'The log group has no retention.' }]
          : [],
      ),
  },
  {
    id: 'check/log-without-key',
    severity: 'error',
    title: 'Log group without the customer key that was asked for',
    why: "The definition asks for a key of one's own; a log group without it breaks that promise silently.",
    fix: 'Encrypt the log group with the key.',
    find: ({ plan, of }) => {
      const encrypted = Object.values(plan.logGroups).filter(({ encryptionKey }) => encryptionKey !== null);
      const asked = new Set(encrypted.map(({ name }) => name));
      if (asked.size === 0) return [];
      return of('AWS::Logs::LogGroup').flatMap(({ path, properties }): readonly Hit[] => {
        if (properties['KmsKeyId'] !== undefined) return [];
        const name = properties['LogGroupName'];
        return typeof name === 'string' && asked.has(name)
          ? [{ where: path, what: `The log group ${name} has no customer key.` }]
          : [
              {
                where: path,
                what: 'This log group has no customer key, while others have.',
                severity: 'info',
              },
            ];
      });
    },
  },
  {
    id: 'check/short-logs',
    severity: 'info',
    title: 'Logs of a protected environment that are gone soon',
    why: 'An incident is often noticed weeks later.',
    fix: "Keep them longer in this environment: logs: { retention: '90 days' }.",
    find: ({ plan, place }) =>
      plan.protect
        ? Object.values(plan.logGroups).flatMap(({ key, retentionDays }) =>
            retentionDays < 30
              ? [
                  {
                    where: place(`logGroups.${key}.retentionDays`),
                    what: `The log group ${key} keeps ${retentionDays} days.`,
                  },
                ]
              : [],
          )
        : [],
  },
];
