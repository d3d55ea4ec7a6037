import type { LogGroupPlan } from '../../plan/observability.ts';
import type { ServicePlan } from '../../plan/service.ts';
import type { StackPart } from '../../plan/stacks.ts';
import type { DatabasePlan, KeyPlan, RemovalPlan, SecretPlan } from '../../plan/stores.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord, sorted } from '../context.ts';
import { type Draft, plain } from '../mark.ts';
import { days } from '../shapes.ts';

interface Needs {
  readonly names: Names;
  readonly protect: boolean;
  readonly databases: Readonly<Record<string, Draft<DatabasePlan>>>;
  readonly keys: Readonly<Record<string, Draft<KeyPlan>>>;
  readonly secrets: Readonly<Record<string, Draft<SecretPlan>>>;
}

export interface LogParts {
  readonly logGroups: Readonly<Record<string, Draft<LogGroupPlan>>>;
  readonly serviceLogs: Readonly<Record<string, Draft<ServicePlan['logs']>>>;
  readonly logKeys: Readonly<Record<string, Draft<KeyPlan>>>;
}

/** Log groups with their retention, and the key that encrypts them. */
export function logs({ names, protect, databases, secrets }: Needs, context: Context): Result<LogParts> {
  const t = context.tracer('logs');
  const { definition } = context;
  const encrypted = definition.logs?.customerKey === true;
  const removal = t.derived<RemovalPlan>(
    protect ? 'retain' : 'destroy',
    ['protect'],
    'as the rest of the environment',
  );
  const group = (
    key: string,
    name: Draft<string>,
    retention: string | undefined,
    at: string,
    part: StackPart = 'foundation',
  ): readonly [string, Draft<LogGroupPlan>] => [
    key,
    {
      key: t.derived(key, [at], 'what it belongs to'),
      part: t.derived<StackPart>(part, [at], 'it comes and goes with what writes into it'),
      name,
      retentionDays:
        retention === undefined
          ? t.read(
              definition.logs?.retention,
              'logs.retention',
              days,
              7,
              'a week to look into a mistake; storage is paid',
            )
          : t.given(days(retention), at),
      encryptionKey: t.read<boolean, string | null>(
        definition.logs?.customerKey,
        'logs.customerKey',
        (wanted) => (wanted ? 'logs' : null),
        null,
        'CloudWatch Logs encrypts with a key of its own',
      ),
      removal,
    },
  ];
  const retentionOf = (given: unknown): string | undefined =>
    typeof given === 'object' && given !== null && 'retention' in given && typeof given.retention === 'string'
      ? given.retention
      : undefined;

  const entries = [
    ...sorted(definition.services).map(([key, service]) => {
      const short = typeof service.logs === 'string';
      return group(
        `service/${key}`,
        names('log-group', `service/${key}`),
        typeof service.logs === 'string' ? service.logs : service.logs?.retention,
        `services.${key}.logs${short ? '' : '.retention'}`,
        `service/${key}`,
      );
    }),
    ...sorted(definition.stores).flatMap(([key, store]) => {
      const draft = databases[key];
      if (draft === undefined) return [];
      const database = plain<DatabasePlan>(draft);
      if (database.logGroup === null) return [];
      const kind = database.engine.kind === 'aurora-postgresql' ? 'cluster' : 'instance';
      const name = t.derived(
        `/aws/rds/${kind}/${database.name}/postgresql`,
        [`stores.${key}`],
        'RDS writes into this group and no other',
      );
      return [
        group(
          database.logGroup,
          name,
          'logs' in store ? retentionOf(store.logs) : undefined,
          `stores.${key}.logs.retention`,
          'data',
        ),
      ];
    }),
    ...Object.entries(secrets).flatMap(([key, draft]) => {
      const secret = plain<SecretPlan>(draft);
      if (secret.kind === 'existing' || secret.rotationDays === null) return [];
      const name = t.derived(
        `/aws/lambda/rotation-${secret.name.replace(/[^A-Za-z0-9_./#-]+/g, '-')}`,
        ['stores'],
        'what the function that rotates the secret writes',
      );
      return [group(`rotation/${key}`, name, undefined, 'logs.retention', 'data')];
    }),
    ...((definition.network?.flowLogs ?? false) === false
      ? []
      : [
          group(
            'flow-logs',
            names('log-group', 'flow-logs'),
            retentionOf(definition.network?.flowLogs),
            'network.flowLogs.retention',
          ),
        ]),
    ...(definition.loadBalancer?.logs === undefined ||
    Object.values(definition.services).every(({ routes }) => routes === undefined)
      ? []
      : [
          group(
            'load-balancer',
            names('log-group', 'load-balancer'),
            retentionOf(definition.loadBalancer.logs),
            'loadBalancer.logs.retention',
          ),
        ]),
    ...(Object.values(definition.services).some(({ exec }) => exec === true)
      ? [group('exec', names('log-group', 'exec'), undefined, 'logs.retention')]
      : []),
  ];
  const logGroups = Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  const logKeys: Readonly<Record<string, Draft<KeyPlan>>> = encrypted
    ? {
        logs: t.given<KeyPlan>(
          {
            key: 'logs',
            alias: names('key-alias', 'logs'),
            rotation: t.defaulted(
              true,
              'logs.customerKey',
              'a key changes every year without anyone noticing',
            ),
            logGroups: t.derived<readonly string[]>(
              Object.keys(logGroups),
              ['logs.customerKey'],
              'every log group of the system',
            ),
            removal,
          },
          'logs.customerKey',
        ),
      }
    : {};
  const serviceLogs = mapRecord(definition.services, (service, key): Draft<ServicePlan['logs']> => {
    const prefix = typeof service.logs === 'object' ? service.logs.prefix : undefined;
    return {
      logGroup: t.derived(`service/${key}`, [`services.${key}`], 'one log group per service'),
      streamPrefix:
        prefix === undefined
          ? t.derived(
              plain<string>(names('task-family', key)),
              [`services.${key}`],
              'streams name their task family',
            )
          : t.given(prefix, `services.${key}.logs.prefix`),
    };
  });
  return { added: { logGroups, serviceLogs, logKeys } };
}
