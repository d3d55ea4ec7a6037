import type { Resource } from '../checked-system.ts';
import type { Rule } from '../rule.ts';

const DATA_TYPES = [
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
];

const isDisposable = ({ type, deletionPolicy, properties }: Resource): boolean => {
  if (type === 'AWS::RDS::DBInstance' && properties['DBClusterIdentifier'] !== undefined) return false;
  // RDS takes a final snapshot where the template says nothing; everything else is deleted.
  const silent = type.startsWith('AWS::RDS::') ? 'Snapshot' : 'Delete';
  return (deletionPolicy ?? silent) === 'Delete';
};

/** Rules about losing data, by a deletion or without a backup. */
export const PROTECTION_RULES: readonly Rule[] = [
  {
    id: 'check/unprotected-production',
    severity: 'warning',
    title: 'Production without protection',
    why: 'One command would delete it with all its data, and no snapshot would be left.',
    fix: 'Add environments: { prod: { protect: true } } with the name of this environment.',
    find: ({ plan }) =>
      !plan.protect && /^(?:prod|production|prd|live)$/.test(plan.env)
        ? [
            {
              where: `environments.${plan.env}.protect`,
              what: `The environment ${plan.env} is not protected from deletion.`,
            },
          ]
        : [],
  },
  {
    id: 'check/disposable-data',
    severity: 'error',
    title: 'Data of a protected environment that goes with the stack',
    why: 'The environment is protected, so its data must outlive a mistake.',
    fix: 'Keep it, or take a final snapshot.',
    find: ({ plan, of, resources }) => {
      if (!plan.protect) return [];
      const logs = new Set(
        Object.values(plan.buckets).flatMap(({ name, purpose }) => (purpose === 'access-logs' ? [name] : [])),
      );
      const deletable = resources
        .filter(
          ({ type, properties }) => DATA_TYPES.includes(type) && !logs.has(String(properties['BucketName'])),
        )
        .filter(isDisposable);
      const unguarded = of('AWS::RDS::DBCluster').filter(
        ({ properties }) => properties['DeletionProtection'] !== true,
      );
      return [
        ...deletable.map(({ path }) => ({
          where: path,
          what: 'It is deleted with its data when the stack goes.',
        })),
        ...unguarded.map(({ path }) => ({ where: path, what: 'Deletion protection is off.' })),
      ];
    },
  },
  {
    id: 'check/left-behind',
    severity: 'warning',
    title: 'Something stays when the environment goes',
    why: 'What is kept is paid for, and its fixed name makes the next deployment fail.',
    fix: 'Let it go with the stack, or protect the environment.',
    find: ({ plan, resources }) =>
      plan.protect
        ? []
        : resources.flatMap(({ path, type, deletionPolicy }) =>
            deletionPolicy === 'Retain' || deletionPolicy === 'Snapshot'
              ? [{ where: path, what: `${type} has the deletion policy ${deletionPolicy}.` }]
              : [],
          ),
  },
  {
    id: 'check/no-backups',
    severity: 'warning',
    title: 'Data without backups',
    why: 'A wrong deletion or update could not be taken back.',
    fix: "Switch them on: backups: '7 days', pointInTimeRecovery: true, versioned: true.",
    find: ({ plan, place }) =>
      plan.protect
        ? [
            ...Object.values(plan.databases).flatMap(({ key, backupRetentionDays }) =>
              backupRetentionDays === 0
                ? [
                    {
                      where: place(`databases.${key}.backupRetentionDays`),
                      what: `${key} has no backups.`,
                      severity: 'error' as const,
                    },
                  ]
                : [],
            ),
            ...Object.values(plan.tables).flatMap(({ key, pointInTimeRecovery }) =>
              pointInTimeRecovery
                ? []
                : [
                    {
                      where: place(`tables.${key}.pointInTimeRecovery`),
                      what: `${key} cannot be restored to an earlier point in time.`,
                    },
                  ],
            ),
            ...Object.values(plan.buckets).flatMap(({ key, purpose, versioned }) =>
              purpose === 'store' && !versioned
                ? [
                    {
                      where: place(`buckets.${key}.versioned`),
                      what: `${key} keeps no earlier versions of its objects.`,
                    },
                  ]
                : [],
            ),
          ]
        : [],
  },
];
