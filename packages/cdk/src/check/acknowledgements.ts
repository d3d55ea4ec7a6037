import type { GrantPlan, Plan } from '@breakwater/plan';
import type { Violation } from './synthesized.ts';

/** A finding that may stay as it is, where it may, and why. */
export interface Acknowledgement {
  /** The judge's rule without the finding in brackets: `AwsSolutions-IAM5`, `W3010`. */
  readonly rule: string;
  /** For which constructs, in which plans. `finding` is what stands in brackets after the rule. */
  readonly applies: (violation: Violation & { readonly finding: string }, plan: Plan) => boolean;
  /** For somebody who audits the account. */
  readonly reason: string;
}

/** Grants of the role with a name; none when it is no role of a service. */
function grantsOf(name: string | null, { services }: Plan): readonly GrantPlan[] {
  const roles = Object.values(services).flatMap(({ executionRole, taskRole }) => [executionRole, taskRole]);
  return roles.find((role) => role.name === name)?.grants ?? [];
}

/** What cdk-nag and the CDK's validation find and what is right nevertheless. Each must match something: a test sees to it. */
export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    rule: 'AwsSolutions-EC23',
    applies: ({ name }, { loadBalancer, network }) =>
      loadBalancer?.scheme === 'internet-facing' &&
      network.securityGroups.some((group) => group.key === loadBalancer.securityGroup && group.name === name),
    reason:
      'It is the group of the internet-facing load balancer, which the public is meant to reach, on the ports 80 and 443 only. No other group lets an address range in: check/open-port refuses it.',
  },
  {
    rule: 'AwsSolutions-ECS2',
    applies: () => true,
    reason:
      'The variables hold configuration: names, ports, the Region. Credentials are injected from Secrets Manager and never stand in the task definition: check/plain-secret refuses values that look like one.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    applies: ({ name, finding }, plan) =>
      finding === 'Resource::*' && grantsOf(name, plan).some(({ resource }) => resource.kind === 'any'),
    reason:
      'Only actions for which AWS knows no narrower resource are allowed on any: ecr:GetAuthorizationToken, ssmmessages for ECS Exec, logs:DescribeLogGroups and X-Ray. The plan names each with its reason, and check/wildcard-permission refuses every other.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    applies: ({ name, finding }, plan) =>
      /^Resource::.+\/\*$/.test(finding) &&
      grantsOf(name, plan).some(({ resource }) => resource.kind === 'bucket-objects'),
    reason:
      'The wildcard stands for the objects of the one bucket that the service owns; their names are not known beforehand. The actions are named one by one.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    applies: ({ path, finding }) =>
      finding === 'Resource::*' && /\/rotations?\/[^/]+\/role\/Resource$/i.test(path),
    reason:
      'secretsmanager:GetRandomPassword takes no resource. Everything else that the rotation may do is bound to its one secret.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    applies: ({ path, finding }, { protect }) =>
      !protect && /^Resource::.+\/\*$/.test(finding) && /\/empty-?buckets\//i.test(path),
    reason:
      'The function empties the buckets of an environment that can be destroyed, when it is. The wildcard stands for the objects of those buckets. Protected environments have no such function.',
  },
  {
    rule: 'AwsSolutions-IAM4',
    applies: ({ name, finding }, { services }) =>
      Object.values(services).some(({ infrastructureRole }) => infrastructureRole?.name === name) &&
      /:policy\/(?:service-role\/)?AmazonECSInfrastructureRolePolicyFor(?:LoadBalancers|ServiceConnectTransportLayerSecurity)$/.test(
        finding,
      ),
    reason:
      'AWS publishes this policy for exactly this purpose and keeps it in step with what ECS calls when it shifts traffic. Only ECS may take on the role.',
  },
  {
    rule: 'AwsSolutions-VPC7',
    applies: (_, { protect }) => !protect,
    reason:
      'An environment that is not protected holds no data of customers, and flow logs are paid by volume. Protected environments have to switch them on: network.flowLogs.',
  },
  {
    rule: 'AwsSolutions-ELB2',
    applies: (_, { protect }) => !protect,
    reason:
      'An environment that is not protected serves no customers, and every service logs its requests itself. Protected environments have to switch access logs on: loadBalancer.accessLogs.',
  },
  {
    rule: 'AwsSolutions-RDS10',
    applies: (_, { protect }) => !protect,
    reason:
      'Environments that are not protected are there to be created and destroyed without a trace. Protected environments have deletion protection and a final snapshot.',
  },
  {
    rule: 'AwsSolutions-RDS3',
    applies: (_, { protect }) => !protect,
    reason:
      'A standby in a second zone doubles the price of a database that can be destroyed at any time. Protected environments have to ask for it: multiAz.',
  },
  {
    rule: 'AwsSolutions-RDS6',
    applies: (_, { databases }) =>
      Object.values(databases).some(({ iamAuthentication }) => !iamAuthentication),
    reason:
      'Services sign in with a generated password, which only their execution role may read, over TLS, which the server demands, from their security group alone. IAM tokens are good for few new connections a second; iamAuthentication: true switches them on.',
  },
  {
    rule: 'AwsSolutions-RDS11',
    applies: (_, { databases }) => Object.values(databases).some(({ port }) => port === 5432),
    reason:
      'Another port would hide nothing: the database has no public address, and only the security groups of the services that use it can open a connection. The contract with its clients names 5432.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    applies: ({ name }, { secrets }) =>
      Object.values(secrets).some(
        (secret) => secret.kind === 'generated' && secret.rotationDays === null && secret.name === name,
      ),
    reason:
      "Tasks are given the password when they start; rotating it beneath them cuts them off until they are replaced. It is generated, known to nobody, readable by the execution role only, and rotated on demand; rotate: '30 days' does it by itself.",
  },
  {
    rule: 'AwsSolutions-S1',
    applies: ({ name }, { buckets }) => Object.values(buckets).some((bucket) => bucket.name === name),
    reason:
      "One task role may read and write the bucket, nobody else, and public access is blocked. CloudTrail's data events record each call completely and with its identity; the server's own access logs are best effort and would need a further bucket.",
  },
  {
    rule: 'W3010',
    applies: ({ type }) => type === 'AWS::EC2::Subnet',
    reason:
      'Each address range belongs to a zone by decision: a subnet that moved to another zone would be replaced with all that stands in it. The plan names the zones of its Region.',
  },
];

/** The acknowledgement that a violation falls under, null when there is none. */
export function acknowledgementOf(
  violation: Violation,
  plan: Plan,
  acknowledgements: readonly Acknowledgement[] = ACKNOWLEDGEMENTS,
): Acknowledgement | null {
  const [, rule = violation.rule, finding = ''] = /^([^[]+)(?:\[(.*)\])?$/s.exec(violation.rule) ?? [];
  return (
    acknowledgements.find((each) => each.rule === rule && each.applies({ ...violation, finding }, plan)) ??
    null
  );
}
