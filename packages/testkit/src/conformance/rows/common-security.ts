import type { Model, RoleModel } from '../model.ts';
import { holds, named, only, same, tasksOf } from './looking.ts';
import type { Row } from './row.ts';

/** Actions for which AWS knows no narrower resource than all. */
const WITHOUT_RESOURCE = [
  'ecr:GetAuthorizationToken',
  'logs:DescribeLogGroups',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'xray:GetSamplingRules',
  'xray:GetSamplingStatisticSummaries',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** A bucket policy that refuses whatever does not come over TLS. */
function refusesPlainHttp(policy: Model['buckets'][number]['policy'], bucket: string): boolean {
  return policy.some(
    ({ effect, actions, principals, targets, conditions }) =>
      effect === 'Deny' &&
      actions.includes('s3:*') &&
      principals.includes('*') &&
      conditions['Bool']?.['aws:SecureTransport']?.join() === 'false' &&
      ['bucket', 'bucket-objects'].every((kind) =>
        targets.some((target) => target.kind === kind && 'name' in target && target.name === bucket),
      ),
  );
}

function redirects(model: Model): void {
  const http = only(
    model.listeners.filter(({ port }) => port === 80),
    'listener on port 80',
  );
  const https = only(
    model.listeners.filter(({ port }) => port === 443),
    'listener on port 443',
  );
  same(
    http.defaultAction,
    { kind: 'redirect', protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
    'answer on port 80',
  );
  same(http.rules, [], 'rules on port 80');
  same(https.protocol, 'HTTPS', 'protocol on port 443');
  same(https.certificates.length, 1, 'certificates');
  holds(
    /^ELBSecurityPolicy-TLS13-1-[23]-/.test(https.sslPolicy ?? ''),
    `the TLS policy is ${https.sslPolicy}: TLS 1.2 and up is asked for`,
  );
  holds(https.rules.length > 0, 'no rule on port 443 leads to a service');
}

function trusts({ trust, name }: RoleModel, service: string, region: string): void {
  const statement = only(trust, `trust statement of ${name}`);
  same(statement.principals, [`Service:${service}`], `who may take on ${name}`);
  same(statement.actions, ['sts:AssumeRole'], `how ${name} is taken on`);
  const account = statement.conditions['StringEquals']?.['aws:SourceAccount'] ?? [];
  holds(
    /^(?:<account>|\d{12})$/.test(account.join()),
    `${name} is not limited to this account: ${JSON.stringify(statement.conditions)}`,
  );
  const source = statement.conditions['ArnLike']?.['aws:SourceArn'] ?? [];
  holds(
    new RegExp(`^arn:aws:ecs:${region}:(?:<account>|\\d{12}):\\*$`).test(source.join()),
    `${name} is not limited to this account's ECS: ${JSON.stringify(statement.conditions)}`,
  );
}

export const common: readonly Row[] = [
  {
    id: 'common/encryption',
    requirement:
      'At rest: database, tables, buckets, registry, logs (customer-managed key optional, required for payments). In transit: TLS to the database, bucket policies that refuse plain HTTP, HTTPS on the load balancer as soon as a domain or certificate is given (HTTP then redirects), TLS between services where a mesh with TLS is asked for.',
    expectations: [
      {
        name: 'databases are encrypted at rest and refuse plain connections',
        systems: ['catalog', 'shop', 'storefront'],
        check: ({ databases }) => {
          const { encrypted, forceSsl } = only(databases, 'database');
          same({ encrypted, forceSsl }, { encrypted: true, forceSsl: true }, 'database');
        },
      },
      {
        name: 'buckets are encrypted, closed to the public and refuse plain HTTP',
        systems: ['payments'],
        check: ({ buckets }) => {
          same(buckets.length, 3, 'buckets');
          for (const { name, encryption, blocksPublicAccess, policy } of buckets) {
            holds(encryption === 'AES256' || encryption === 'aws:kms', `${name} is not encrypted`);
            holds(blocksPublicAccess, `${name} is not closed to the public`);
            holds(refusesPlainHttp(policy, name), `${name} takes requests over plain HTTP`);
          }
        },
      },
      {
        name: 'repositories are encrypted',
        check: ({ repositories }) => {
          holds(repositories.length > 0, 'expected repositories');
          for (const { name, encryption } of repositories)
            holds(/^(?:AES256|KMS)$/.test(encryption), `${name} has encryption ${encryption}`);
        },
      },
      {
        name: 'with a domain: HTTPS with a certificate, a current TLS policy, and HTTP redirects',
        variant: 'domain',
        check: redirects,
      },
      {
        name: 'with a certificate and no domain: HTTPS with it, and HTTP redirects',
        variant: 'certificate',
        check: (model) => {
          redirects(model);
          same(model.certificates, [], 'certificates that are requested');
        },
      },
    ],
    shownBy: [
      {
        what: 'tables at rest, and log groups without a key of one’s own',
        reason: 'DynamoDB and CloudWatch Logs always encrypt; no property can switch it off',
        tests: ['packages/testkit/src/conformance/rows/payments.ts'],
      },
      {
        what: 'TLS between services',
        reason: 'only payments has services that call each other: see payments/service-mesh',
        tests: ['packages/testkit/src/conformance/rows/payments.ts'],
      },
    ],
  },
  {
    id: 'common/least-privilege',
    requirement:
      'One execution role and one task role per service; no wildcard resource where AWS allows a narrower one; no `*FullAccess` managed policy; trust policies limited to this account’s ECS tasks.',
    expectations: [
      {
        name: 'each service has an execution role and a task role of its own',
        check: (model, plan) => {
          const roles = tasksOf(model).flatMap((task) => [task.executionRole.name, task.taskRole.name]);
          same(new Set(roles).size, 2 * Object.keys(plan.services).length, 'different roles of services');
        },
      },
      {
        name: 'roles of services name what they may touch, and say each action in full',
        check: (model) => {
          for (const { executionRole, taskRole } of tasksOf(model))
            for (const { name, statements } of [executionRole, taskRole])
              for (const { actions, targets, effect } of statements) {
                same(effect, 'Allow', `a statement of ${name}`);
                for (const action of actions)
                  holds(!/[*]|^not /.test(action), `${name} may do ${action}, which is more than one action`);
                for (const target of targets) {
                  holds(target.kind !== 'other', `${name} may touch ${JSON.stringify(target)}`);
                  if (target.kind === 'any')
                    for (const action of actions)
                      holds(WITHOUT_RESOURCE.includes(action), `${name} may do ${action} on everything`);
                  if ('name' in target)
                    holds(
                      !target.name.includes('*'),
                      `${name} may touch all that begins like ${target.name}`,
                    );
                }
              }
        },
      },
      {
        name: 'execution roles read their own image and secrets and write their own logs, no more',
        check: (model) => {
          for (const { executionRole, container, service } of tasksOf(model)) {
            const touched = executionRole.statements.flatMap(({ targets }) => targets);
            const secrets = new Set(Object.values(container.secrets).map(({ secret }) => secret));
            for (const target of touched) {
              if (target.kind === 'secret')
                holds(secrets.has(target.name), `${executionRole.name} may read secret ${target.name}`);
              else if (target.kind === 'log-group')
                same(target.name, container.logGroup, `log group of ${executionRole.name}`);
              else
                holds(
                  ['any', 'repository', 'key'].includes(target.kind),
                  `${executionRole.name} may touch ${JSON.stringify(target)}`,
                );
            }
            const allows = (kind: string) => touched.some((target) => target.kind === kind);
            holds(allows('repository') && allows('log-group'), `${service.name} cannot start a task`);
            same(
              [...secrets].every((secret) =>
                touched.some((target) => target.kind === 'secret' && target.name === secret),
              ),
              true,
              `${executionRole.name} may read all secrets that it injects`,
            );
          }
        },
      },
      {
        name: 'no role at all may do everything with something, or more than reading on everything',
        check: ({ roles }) => {
          for (const { name, statements } of roles)
            for (const { actions, targets } of statements)
              for (const action of actions) {
                holds(!/^not |^\*$|:\*$/.test(action), `${name} may do ${action}`);
                if (targets.some(({ kind }) => kind === 'any'))
                  holds(
                    WITHOUT_RESOURCE.includes(action) || action === 'secretsmanager:GetRandomPassword',
                    `${name} may do ${action} on everything`,
                  );
              }
        },
      },
      {
        name: 'no managed policy for service roles, and nowhere one that gives full access',
        check: (model) => {
          for (const { executionRole, taskRole } of tasksOf(model))
            same([...executionRole.managedPolicies, ...taskRole.managedPolicies], [], 'managed policies');
          for (const { name, managedPolicies } of model.roles)
            for (const policy of managedPolicies)
              holds(!/FullAccess|AdministratorAccess|PowerUser/.test(policy), `${name} has ${policy}`);
        },
      },
      {
        name: "only this account's ECS tasks take on the roles of services",
        check: (model) => {
          for (const { executionRole, taskRole } of tasksOf(model))
            for (const role of [executionRole, taskRole])
              trusts(role, 'ecs-tasks.amazonaws.com', model.region);
        },
      },
      {
        name: 'only ECS itself takes on the role that moves traffic',
        variant: 'blue-green',
        check: (model) => {
          for (const { targets } of model.services)
            for (const { alternate } of targets) {
              const role = named(model.roles, alternate?.role ?? '');
              const { principals } = only(role.trust, `trust statement of ${role.name}`);
              same(principals, ['Service:ecs.amazonaws.com'], `who may take on ${role.name}`);
            }
        },
      },
    ],
  },
  {
    id: 'common/secrets',
    requirement:
      'By default an existing secret is referenced by name and never created; the definition can ask for a generated one with rotation. Credentials reach containers as injected secrets, never as plain environment values, never in a template, a log, an output or the console.',
    expectations: [
      {
        name: 'no credential is a plain environment value',
        check: (model) => {
          for (const { definition } of tasksOf(model))
            for (const { name, environment } of definition.containers)
              for (const [key, value] of Object.entries(environment)) {
                holds(
                  !/PASSWORD|PASSWD|SECRET|CREDENTIAL|TOKEN|USERNAME/.test(key),
                  `container ${name} has ${key} in the open`,
                );
                holds(!/resolve:|secretsmanager/.test(value), `container ${name} has ${key} in the open`);
              }
        },
      },
      {
        name: "the database's password is a secret's, not written out, and its user is the secret's too",
        systems: ['catalog', 'shop', 'storefront'],
        check: ({ databases, secrets }) => {
          const { secret, user, name } = only(databases, 'database');
          holds(secret !== null, `${name} has a password of its own in the template`);
          const generated = secrets.find((each) => each.name === secret)?.generated;
          const expected = generated ? { name: generated.username } : { secret };
          holds(
            JSON.stringify(user) === JSON.stringify(expected) ||
              JSON.stringify(user) === JSON.stringify({ secret }),
            `${name} has user ${JSON.stringify(user)}, its secret ${JSON.stringify(expected)}`,
          );
        },
      },
      {
        name: 'what containers are given as secrets comes from Secrets Manager, field by field',
        systems: ['catalog', 'shop', 'storefront'],
        check: (model) => {
          for (const { container } of tasksOf(model)) {
            const secrets = Object.entries(container.secrets);
            holds(secrets.length > 0, `${container.name} is given no secret`);
            for (const [key, { secret, key: field }] of secrets)
              holds(secret !== '' && field !== null, `${key} names no field of a secret`);
          }
        },
      },
      {
        name: 'no template has the value of a secret, no output leads to one',
        check: ({ text, outputs }) => {
          holds(!/"SecretString"\s*:/.test(text), 'a secret is written out');
          const telling = Object.entries(outputs).filter(([, value]) =>
            /resolve:|:secret:|password/i.test(value),
          );
          same(telling, [], 'outputs that lead to secrets');
        },
      },
    ],
    shownBy: [
      {
        what: 'never in a log or the console',
        reason: 'these are of a running system',
        tests: ['packages/local/src/stores/redact.test.ts', 'packages/local/test/engine/inside.test.ts'],
      },
    ],
  },
];
