import type { GrantPlan, Plan } from '@breakwater/plan';
import { allTexts, at, fields, list, literalText, texts } from '../json.ts';
import { identityStatements, resourceStatements, type Statement, trustStatements } from '../policies.ts';
import type { Hit, Rule } from '../rule.ts';

/** Policies that give more than any one service can need. */
const TOO_MUCH = /(?:FullAccess|AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** Services of AWS that say for which account they take on a role. Source: the IAM pages of each. */
const SAYS_ACCOUNT = [
  'ecs-tasks.amazonaws.com',
  'vpc-flow-logs.amazonaws.com',
  'monitoring.rds.amazonaws.com',
];

/** Actions that AWS knows no resource for. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
const WITHOUT_RESOURCE = ['secretsmanager:GetRandomPassword'];

/** Actions that the plan gives on any resource, because AWS allows no narrower one. */
function anyResourceActions({ services }: Plan): ReadonlySet<string> {
  const grants: readonly GrantPlan[] = Object.values(services).flatMap(({ executionRole, taskRole }) => [
    ...executionRole.grants,
    ...taskRole.grants,
  ]);
  return new Set([
    ...WITHOUT_RESOURCE,
    ...grants.flatMap(({ resource, actions }) => (resource.kind === 'any' ? actions : [])),
  ]);
}

const isAll = (resource: unknown) => resource === '*';

/** A resource of an account or service as a whole: `arn:aws:s3:::*`, `arn:aws:dynamodb:…:table/*`. */
function isWide(resource: unknown): boolean {
  const text = literalText(resource);
  return (
    text !== null && /^(?:arn:[^:]*:[^:]+:[^:]*:[^:]*:|…:[^:]+:[^:]*:[^:]*:)(?:[a-z-]+[/:])?\*$/.test(text)
  );
}

/** Rules about who may do what. */
export const PERMISSION_RULES: readonly Rule[] = [
  {
    id: 'check/wildcard-permission',
    severity: 'error',
    title: 'Permission without bounds',
    why: 'Whoever takes over the task can do it to every resource of the account.',
    fix: 'Name the resource and the actions; the plan gives any resource only where AWS has no narrower one.',
    find: (system) => {
      const planned = anyResourceActions(system.plan);
      return identityStatements(system).flatMap(({ resource, effect, actions, resources }) => {
        if (effect === 'Deny') return [];
        const wide = actions.filter((action) => action === '*' || action.endsWith(':*'));
        const everywhere =
          resources.some(isAll) || resources.some(isWide)
            ? actions.filter((action) => !planned.has(action) && !wide.includes(action))
            : [];
        return [
          ...wide.map((action) => ({ where: resource.path, what: `It may do ${action}.` })),
          ...(everywhere.length === 0
            ? []
            : [
                {
                  where: resource.path,
                  what: `It may do ${everywhere.join(', ')} on every resource.`,
                },
              ]),
        ];
      });
    },
  },
  {
    id: 'check/full-access-policy',
    severity: 'error',
    title: 'Managed policy that gives everything',
    why: 'Policies named FullAccess, Administrator or PowerUser give far more than one service needs.',
    fix: 'Grant the actions that the service uses.',
    find: ({ of }) =>
      ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'].flatMap(of).flatMap(({ path, properties }) =>
        list(properties['ManagedPolicyArns']).flatMap((policy): readonly Hit[] => {
          const name = allTexts(policy).find((text) => TOO_MUCH.test(text));
          return name === undefined
            ? []
            : [{ where: path, what: `It has the policy ${name.replace(/^.*\//, '')}.` }];
        }),
      ),
  },
  {
    id: 'check/trust-without-account',
    severity: 'error',
    title: 'Role that anyone may take on',
    why: 'Without a condition another account can have the AWS service act with this role (confused deputy).',
    fix: 'Add conditions on aws:SourceAccount and aws:SourceArn, or name the account.',
    find: (system) => trustStatements(system).flatMap(trustProblem),
  },
  {
    id: 'check/open-resource-policy',
    severity: 'error',
    title: 'Resource policy for everyone',
    why: 'Anyone with an AWS account could use the resource.',
    fix: 'Name the accounts or services that need it, or add a condition.',
    find: (system) =>
      [
        'AWS::S3::BucketPolicy',
        'AWS::SNS::TopicPolicy',
        'AWS::SQS::QueuePolicy',
        'AWS::SecretsManager::ResourcePolicy',
      ]
        .flatMap((type) => resourceStatements(system, type))
        .flatMap(({ resource, effect, principal, condition }) =>
          effect === 'Allow' && isEveryone(principal) && Object.keys(condition).length === 0
            ? [{ where: resource.path, what: 'It lets everyone in.' }]
            : [],
        ),
  },
];

function isEveryone(principal: unknown): boolean {
  return principal === '*' || texts(at(principal, 'AWS')).includes('*');
}

function trustProblem({ resource, effect, principal, condition }: Statement): readonly Hit[] {
  if (effect === 'Deny') return [];
  if (isEveryone(principal)) return [{ where: resource.path, what: 'Everyone may take on the role.' }];
  const keys = Object.values(condition).flatMap((each) =>
    Object.keys(fields(each)).map((key) => key.toLowerCase()),
  );
  const bound = keys.includes('aws:sourceaccount') || keys.includes('aws:sourcearn');
  const services = texts(at(principal, 'Service')).filter((service) => SAYS_ACCOUNT.includes(service));
  return bound || services.length === 0
    ? []
    : [
        {
          where: resource.path,
          what: `${services.join(' and ')} may take on the role for any account.`,
        },
      ];
}
