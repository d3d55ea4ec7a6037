import type { Case, Editor } from './check-cases.ts';

const many = (count: number, type: string, properties: Record<string, unknown>) => (editor: Editor) => {
  for (let index = 0; index < count; index++) editor.add(type, properties);
};

/** Quotas and names. */
export const LIMIT_CASES: readonly Case[] = [
  {
    rule: 'check/quota',
    about: 'rules of a load balancer',
    says: /10[0-9] listener rules of a load balancer; the limit is 100 unless/,
    severity: 'warning',
    templates: many(100, 'AWS::ElasticLoadBalancingV2::ListenerRule', {}),
  },
  {
    rule: 'check/quota',
    about: 'target groups',
    says: /10[0-9] target groups of a load balancer; the limit is 100\.$/,
    severity: 'error',
    templates: many(101, 'AWS::ElasticLoadBalancingV2::TargetGroup', { TargetType: 'ip' }),
  },
  {
    rule: 'check/quota',
    about: 'resources of a stack, near its end',
    says: /4\d\d resources of a stack/,
    severity: 'info',
    templates: many(420, 'AWS::SSM::Parameter', {}),
  },
  {
    rule: 'check/quota',
    about: 'resources of a stack',
    says: /5\d\d resources of a stack/,
    severity: 'error',
    templates: many(510, 'AWS::SSM::Parameter', {}),
  },
  {
    rule: 'check/quota',
    about: 'rules of a security group',
    says: /61 rules of a security group/,
    templates: ({ add }) => {
      const rule = { CidrIp: '10.0.0.0/16', IpProtocol: 'tcp', FromPort: 1, ToPort: 1 };
      add('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Array.from({ length: 61 }, () => rule) });
    },
  },
  {
    rule: 'check/quota',
    about: 'rules of a security group, some of them in another stack',
    says: /7[1-9] rules of a security group/,
    templates: ({ first, add }) => {
      const group = first('AWS::EC2::SecurityGroup', 'Tasks of web');
      const { Properties } = first('AWS::EC2::SecurityGroupIngress', group.id);
      const rule = { CidrIp: '10.0.0.0/16', IpProtocol: 'tcp', FromPort: 1, ToPort: 1 };
      group.Properties['SecurityGroupIngress'] = Array.from({ length: 40 }, () => rule);
      for (let index = 0; index < 31; index++) add('AWS::EC2::SecurityGroupIngress', Properties);
    },
  },
  {
    rule: 'check/quota',
    about: 'containers of a task',
    says: /11 containers of a task/,
    templates: ({ first }) => {
      first('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'] = Array.from(
        { length: 11 },
        (_, index) => ({ Name: `c${index}` }),
      );
    },
  },
  {
    rule: 'check/quota',
    about: 'target groups of a service',
    says: /6 target groups of a service/,
    templates: ({ first }) => {
      first('AWS::ECS::Service').Properties['LoadBalancers'] = Array.from({ length: 6 }, () => ({}));
    },
  },
  {
    rule: 'check/quota',
    about: 'bytes of a task definition',
    says: /bytes of a task definition/,
    templates: ({ first }) => {
      first('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'] = [
        { Name: 'c', Environment: [{ Name: 'X', Value: 'x '.repeat(40_000) }] },
      ];
    },
  },
  {
    rule: 'check/quota',
    about: 'characters of inline policies',
    says: /characters of a role/,
    templates: ({ add }) => {
      const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/object' };
      add('AWS::IAM::Role', {
        Policies: [{ PolicyDocument: { Statement: Array.from({ length: 200 }, () => statement) } }],
      });
    },
  },
  {
    rule: 'check/quota',
    about: 'outputs of a stack',
    says: /2\d\d outputs/,
    templates: ({ outputs }) => {
      for (let index = 0; index < 201; index++) outputs[`O${index}`] = { Value: 'x' };
    },
  },
  {
    rule: 'check/elastic-ips',
    says: /3 of 5/,
    plan: ({ network }) => {
      const [first] = network.natGateways;
      if (first !== undefined) network.natGateways.push(first);
    },
  },
  {
    rule: 'check/name',
    about: 'too long for a target group',
    says: /33 characters, 32 are allowed/,
    templates: ({ first }) => {
      first('AWS::ElasticLoadBalancingV2::TargetGroup').Properties['Name'] = 'x'.repeat(33);
    },
  },
  {
    rule: 'check/name',
    about: 'against the letters of a bucket',
    says: /'Upper_Case' cannot be the name of a bucket/,
    templates: ({ add }) => add('AWS::S3::Bucket', { BucketName: 'Upper_Case' }),
  },
  {
    rule: 'check/name',
    about: 'of a container',
    says: /'a b' cannot be the name of a container/,
    templates: ({ first }) => {
      first('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'] = [{ Name: 'a b' }];
    },
  },
];
