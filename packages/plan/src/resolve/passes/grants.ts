import type { ServiceDefinition } from '../../definition/service.ts';
import type { GrantPlan, RegistryPlan, RolePlan, ServicePlan, TracingPlan } from '../../plan/service.ts';
import type { SecretPlan } from '../../plan/stores.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import { type Draft, plain, type Tracer } from '../mark.ts';
import { usesOf } from '../shapes.ts';
import type { ContainerPart } from './containers.ts';
import type { LinkPart } from './links.ts';

interface Needs {
  readonly names: Names;
  readonly containers: Readonly<Record<string, ContainerPart>>;
  readonly links: Readonly<Record<string, LinkPart>>;
  readonly tracings: Readonly<Record<string, Draft<TracingPlan | null>>>;
  readonly secrets: Readonly<Record<string, Draft<SecretPlan>>>;
}

export interface RolePart {
  readonly executionRole: Draft<RolePlan>;
  readonly taskRole: Draft<RolePlan>;
}

const ACTIONS = {
  table: {
    read: [
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:DescribeTable',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
    ],
    write: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  },
  objects: { read: ['s3:GetObject'], write: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:PutObject'] },
  key: { read: ['kms:Decrypt'], write: ['kms:Decrypt', 'kms:GenerateDataKey'] },
} as const;

/** What ECS itself does to start a task: pull the image, write logs, read the secrets that it injects. */
function executionGrants(t: Tracer, key: string, draft: Needs): readonly Draft<GrantPlan>[] {
  const at = `services.${key}`;
  const part = draft.containers[key];
  const link = draft.links[key];
  const registry = part === undefined ? null : plain<RegistryPlan | null>(part.registry);
  const injected = link === undefined ? {} : plain<ServicePlan['secrets']>(link.secrets);
  const secretKeys = [...new Set(Object.values(injected).map(({ secret }) => secret))].sort();
  const grant = (plan: GrantPlan, from: readonly string[]) => t.derived<GrantPlan>(plan, from, plan.because);
  const pull =
    registry === null
      ? []
      : [
          grant(
            {
              actions: ['ecr:GetAuthorizationToken'],
              resource: { kind: 'any', reason: 'AWS gives this action no resource' },
              because: 'to log in to the registry',
            },
            [`${at}.image`],
          ),
          grant(
            {
              actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
              resource: { kind: 'registry', key },
              because: 'to pull the image',
            },
            [`${at}.image`],
          ),
        ];
  const logs = grant(
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resource: { kind: 'log-group', key: `service/${key}` },
      because: 'to write the logs',
    },
    [`${at}.logs`],
  );
  const read = secretKeys.flatMap((secret) => {
    const draftSecret = draft.secrets[secret];
    const planned = draftSecret === undefined ? null : plain<SecretPlan>(draftSecret);
    const encryptionKey = planned?.kind === 'generated' ? planned.encryptionKey : null;
    return [
      grant(
        {
          actions: ['secretsmanager:GetSecretValue'],
          resource: { kind: 'secret', key: secret },
          because: `to inject the secret ${secret}`,
        },
        [`${at}.uses`],
      ),
      ...(encryptionKey === null
        ? []
        : [
            grant(
              {
                actions: ['kms:Decrypt'],
                resource: { kind: 'key', key: encryptionKey },
                because: `to decrypt the secret ${secret}`,
              },
              [`${at}.uses`],
            ),
          ]),
    ];
  });
  return [...pull, logs, ...read];
}

function storeGrants(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  context: Context,
): readonly Draft<GrantPlan>[] {
  const stores = context.definition.stores ?? {};
  return usesOf(service, key, stores).flatMap(({ store: name, access = 'read-write', path }) => {
    const store = stores[name];
    if (store === undefined || (store.kind !== 'table' && store.kind !== 'bucket')) return [];
    const because = `it uses ${name}`;
    const pick = (sets: { readonly read: readonly string[]; readonly write: readonly string[] }) =>
      [
        ...new Set([...(access === 'write' ? [] : sets.read), ...(access === 'read' ? [] : sets.write)]),
      ].sort();
    const grant = (actions: readonly string[], resource: GrantPlan['resource']) =>
      t.derived<GrantPlan>({ actions, resource, because }, [path], because);
    const customer =
      store.customerKey === true ? [grant(pick(ACTIONS.key), { kind: 'key', key: `store/${name}` })] : [];
    if (store.kind === 'table')
      return [grant(pick(ACTIONS.table), { kind: 'table', key: name }), ...customer];
    return [
      ...(access === 'write' ? [] : [grant(['s3:ListBucket'], { kind: 'bucket', key: name })]),
      grant(pick(ACTIONS.objects), { kind: 'bucket-objects', key: name }),
      ...customer,
    ];
  });
}

/** What the service's own code does: nothing that the definition does not show. */
function taskGrants(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  draft: Needs,
  context: Context,
): readonly Draft<GrantPlan>[] {
  const at = `services.${key}`;
  const any = (actions: readonly string[], because: string, from: string) =>
    t.derived<GrantPlan>(
      { actions, resource: { kind: 'any', reason: 'AWS gives these actions no resource' }, because },
      [from],
      because,
    );
  const tracing = draft.tracings[key];
  return [
    ...storeGrants(t, key, service, context),
    ...(tracing === undefined || plain<TracingPlan | null>(tracing) === null
      ? []
      : [
          any(
            [
              'xray:GetSamplingRules',
              'xray:GetSamplingStatisticSummaries',
              'xray:GetSamplingTargets',
              'xray:PutTelemetryRecords',
              'xray:PutTraceSegments',
            ],
            'to send traces',
            `${at}.tracing`,
          ),
        ]),
    ...(service.exec === true
      ? [
          any(
            [
              'ssmmessages:CreateControlChannel',
              'ssmmessages:CreateDataChannel',
              'ssmmessages:OpenControlChannel',
              'ssmmessages:OpenDataChannel',
            ],
            'to open a shell with ECS Exec',
            `${at}.exec`,
          ),
          any(['logs:DescribeLogGroups'], 'ECS Exec looks for the log group of its sessions', `${at}.exec`),
          t.derived<GrantPlan>(
            {
              actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
              resource: { kind: 'log-group', key: 'exec' },
              because: 'to log the sessions of ECS Exec',
            },
            [`${at}.exec`],
            'to log the sessions of ECS Exec',
          ),
        ]
      : []),
  ];
}

/** One execution role and one task role per service, with the least that they need. */
export function grants(
  draft: Needs,
  context: Context,
): Result<{ readonly roles: Readonly<Record<string, RolePart>> }> {
  const t = context.tracer('grants');
  const roles = mapRecord(context.definition.services, (service, key): RolePart => {
    const own = taskGrants(t, key, service, draft, context);
    return {
      executionRole: {
        name: draft.names('role', `${key}/execution`),
        grants: executionGrants(t, key, draft),
      },
      taskRole: {
        name: draft.names('role', `${key}/task`),
        grants:
          own.length > 0
            ? own
            : t.derived<RolePlan['grants']>([], [`services.${key}.uses`], 'its code calls nothing of AWS'),
      },
    };
  });
  return { added: { roles } };
}
