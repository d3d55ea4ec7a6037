import { holds, named, only, pick, same, sameSet, tasksOf } from './looking.ts';
import type { Row } from './row.ts';

const KEYS = ['notification', 'order', 'payment'];

/** Rows about what payments keeps: permissions, logs and secrets. */
export const PAYMENTS_DATA: readonly Row[] = [
  {
    id: 'payments/permissions',
    requirement:
      'Each service reads and writes only its own bucket and its own table; the bucket and the table exist.',
    expectations: [
      {
        name: 'each task role touches one table and one bucket, its own, and both exist',
        check: (model) => {
          same(model.tables.length + model.buckets.length, 6, 'tables and buckets');
          for (const { taskRole, service } of tasksOf(model)) {
            const key = service.name.split('-')[0] ?? '';
            const touched = (kinds: readonly string[]) => [
              ...new Set(
                taskRole.statements.flatMap(({ targets }) =>
                  targets.flatMap((target) =>
                    'name' in target && kinds.includes(target.kind) ? [target.name] : [],
                  ),
                ),
              ),
            ];
            const table = only(touched(['table', 'table-index']), `table of ${key}`);
            const bucket = only(touched(['bucket', 'bucket-objects']), `bucket of ${key}`);
            holds(
              table.startsWith(`${key}-`) && bucket.startsWith(`${key}-`),
              `${key} has ${table}, ${bucket}`,
            );
            named(model.tables, table);
            named(model.buckets, bucket);
          }
        },
      },
      {
        name: 'each may read and write them, and nothing else that keeps data',
        check: (model) => {
          for (const { taskRole } of tasksOf(model)) {
            const actions = new Set(taskRole.statements.flatMap((statement) => statement.actions));
            for (const action of ['dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject', 's3:PutObject'])
              holds(actions.has(action), `${taskRole.name} may not ${action}`);
            const foreign = taskRole.statements.flatMap(({ targets }) =>
              targets.filter((target) => target.kind === 'secret' || target.kind === 'other'),
            );
            same(foreign, [], `what else ${taskRole.name} may touch`);
          }
        },
      },
      {
        name: 'services know their own stores by environment variables',
        check: (model) => {
          const variables = Object.fromEntries(
            tasksOf(model).map(({ service, container }) => [
              service.name.split('-')[0],
              Object.keys(container.environment)
                .filter((key) => /_(?:TABLE|BUCKET)$/.test(key))
                .sort(),
            ]),
          );
          same(
            variables,
            {
              notification: ['LOG_TABLE', 'RECEIPTS_BUCKET'],
              order: ['FILES_BUCKET', 'ORDERS_TABLE'],
              payment: ['FILES_BUCKET', 'LEDGER_TABLE'],
            },
            'settings',
          );
          for (const { container } of tasksOf(model))
            for (const [key, value] of Object.entries(container.environment)) {
              if (key.endsWith('_TABLE')) named(model.tables, value);
              if (key.endsWith('_BUCKET')) named(model.buckets, value);
            }
        },
      },
      {
        name: 'tables are paid by request',
        check: ({ tables }) => {
          same(tables.length, 3, 'tables');
          for (const table of tables)
            same(
              pick(table, 'partitionKey', 'sortKey', 'billing'),
              { partitionKey: 'pk', sortKey: 'sk', billing: 'PAY_PER_REQUEST' },
              table.name,
            );
        },
      },
    ],
  },
  {
    id: 'payments/logs',
    requirement:
      'Customer-managed KMS key with rotation, key policy that lets CloudWatch Logs of this account and region use it for these log groups only; 7 days.',
    expectations: [
      {
        name: 'a key of the system’s own, with rotation',
        check: ({ keys }) =>
          same(
            pick(only(keys, 'key'), 'alias', 'rotation'),
            { alias: 'alias/payments-logs-dev', rotation: true },
            'key',
          ),
      },
      {
        name: 'every log group encrypted with it, 7 days',
        check: ({ keys, logGroups }) => {
          const { alias } = only(keys, 'key');
          holds(logGroups.length >= KEYS.length, 'expected a log group per service');
          const other = logGroups.filter((group) => group.key !== alias || group.retentionDays !== 7);
          same(
            other.map((group) => pick(group, 'name', 'key', 'retentionDays')),
            [],
            'log groups without the key or with another retention than 7 days',
          );
        },
      },
      {
        name: 'CloudWatch Logs of this region may use the key for these log groups and no others',
        check: ({ keys, logGroups }) => {
          const statement = only(
            only(keys, 'key').policy.filter(({ principals }) =>
              principals.some((each) => each.startsWith('Service:')),
            ),
            'statement for a service',
          );
          same(statement.principals, ['Service:logs.us-east-1.amazonaws.com'], 'who may use the key');
          same(statement.effect, 'Allow', 'effect');
          for (const action of ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'])
            holds(
              statement.actions.some((each) => each.replace(/\*$/, '') === action),
              `CloudWatch Logs may not ${action}`,
            );
          const contexts = Object.entries(statement.conditions)
            .filter(([operator]) => /^Arn(?:Like|Equals)$/.test(operator))
            .flatMap(([, condition]) => condition['kms:EncryptionContext:aws:logs:arn'] ?? []);
          sameSet(
            contexts.map((arn) => arn.replace(/^arn:aws:logs:us-east-1:(?:<account>|\d{12}):log-group:/, '')),
            logGroups.filter(({ key }) => key !== null).map(({ name }) => name),
            'log groups that the key is for',
          );
        },
      },
    ],
  },
  {
    id: 'payments/secrets',
    requirement:
      'Database credentials generated (user `dbadmin`, 32 characters, no punctuation or space), rotated every 30 days.',
    expectations: [
      {
        name: 'generated for dbadmin, 32 characters, without punctuation or space',
        check: ({ secrets }) => {
          same(
            only(secrets, 'secret').generated,
            { username: 'dbadmin', length: 32, excludePunctuation: true, excludeSpace: true },
            'credentials',
          );
        },
      },
      {
        name: 'rotated every 30 days, by something that does it',
        check: ({ secrets }) => {
          const { rotationDays, rotator } = only(secrets, 'secret');
          same({ rotationDays, rotator }, { rotationDays: 30, rotator: true }, 'rotation');
        },
      },
    ],
  },
];
