import { type Case, entry } from './check-cases.ts';

const allow = (Action: unknown, Resource: unknown) => ({
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] },
  PolicyName: 'p',
  Roles: ['r'],
});

const trust = (principal: unknown, condition?: unknown) => ({
  AssumeRolePolicyDocument: {
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: principal,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  },
});

/** Entry, permissions, secrets and encryption. */
export const SECURITY_CASES: readonly Case[] = [
  {
    rule: 'check/no-https',
    says: /plain HTTP only.*on the internet/,
    severity: 'warning',
    plan: ({ loadBalancer }) => {
      if (loadBalancer !== null)
        loadBalancer.listeners = loadBalancer.listeners.filter(({ protocol }) => protocol === 'HTTP');
    },
  },
  {
    rule: 'check/old-tls',
    about: 'without a policy',
    says: /not given/,
    templates: ({ first }) => {
      delete first('AWS::ElasticLoadBalancingV2::Listener', 'SslPolicy').Properties['SslPolicy'];
    },
  },
  {
    rule: 'check/old-tls',
    about: 'with a policy of TLS 1.0',
    says: /TLS 1\.0 or 1\.1/,
    templates: ({ first }) => {
      first('AWS::ElasticLoadBalancingV2::Listener', 'SslPolicy').Properties['SslPolicy'] =
        'ELBSecurityPolicy-TLS13-1-0-2021-06';
    },
  },
  {
    rule: 'check/plain-beside-https',
    says: /port 80 serves/,
    plan: ({ loadBalancer }) => {
      const http = loadBalancer?.listeners.find(({ protocol }) => protocol === 'HTTP');
      if (http !== undefined) http.defaultAction = { kind: 'forward', service: 'web' };
    },
  },
  {
    rule: 'check/invalid-headers',
    says: /invalid headers/,
    templates: ({ first }) => {
      first('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties['LoadBalancerAttributes'] = [];
    },
  },
  {
    rule: 'check/open-port',
    about: 'of a rule of its own',
    says: /Port 22 can be reached from 0\.0\.0\.0\/0/,
    templates: ({ add }) =>
      add('AWS::EC2::SecurityGroupIngress', {
        CidrIp: '0.0.0.0/0',
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
      }),
  },
  {
    rule: 'check/open-port',
    about: 'of every protocol',
    says: /Every port can be reached from ::\/0/,
    templates: ({ add }) =>
      add('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [{ CidrIpv6: '::/0', IpProtocol: '-1' }] }),
  },
  {
    rule: 'check/open-port-unused',
    says: /Port 443/,
    plan: ({ loadBalancer }) => {
      if (loadBalancer !== null)
        loadBalancer.listeners = loadBalancer.listeners.filter(({ port }) => port === 80);
    },
  },
  {
    rule: 'check/public-task',
    about: 'by the plan',
    says: /Tasks of web/,
    plan: ({ services }) => {
      entry(services, 'web').assignPublicIp = true;
    },
  },
  {
    rule: 'check/public-task',
    about: 'against the plan',
    says: /although the plan/,
    severity: 'error',
    templates: ({ first }) => {
      first('AWS::ECS::Service').Properties['NetworkConfiguration'] = {
        AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' },
      };
    },
  },
  {
    rule: 'check/database-open',
    about: 'by its group',
    says: /reached from 0\.0\.0\.0\/0/,
    plan: ({ network }) => {
      const group = network.securityGroups.find(({ key }) => key === 'database/db');
      group?.ingress.push({
        protocol: 'tcp',
        fromPort: 5432,
        toPort: 5432,
        peer: { kind: 'cidr', cidr: '0.0.0.0/0' },
        description: '',
      });
    },
  },
  {
    rule: 'check/database-open',
    about: 'by its subnets',
    says: /subnets with a route/,
    plan: ({ network }) => {
      for (const table of network.routeTables)
        if (table.tier === 'isolated') table.defaultRoute = { to: 'internet-gateway' };
    },
  },
  {
    rule: 'check/database-open',
    about: 'by its address',
    says: /public address/,
    templates: ({ first }) => {
      first('AWS::RDS::DBInstance').Properties['PubliclyAccessible'] = true;
    },
  },
  {
    rule: 'check/wildcard-permission',
    about: 'on every resource',
    says: /It may do s3:GetObject on every resource/,
    severity: 'error',
    templates: ({ add }) =>
      add('AWS::IAM::Policy', allow(['s3:GetObject', 'ecr:GetAuthorizationToken'], '*')),
  },
  {
    rule: 'check/wildcard-permission',
    about: 'on all of a service',
    says: /dynamodb:GetItem on every resource/,
    templates: ({ add }) =>
      add(
        'AWS::IAM::Policy',
        allow('dynamodb:GetItem', {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':dynamodb:eu-west-1:',
              { Ref: 'AWS::AccountId' },
              ':table/*',
            ],
          ],
        }),
      ),
  },
  {
    rule: 'check/wildcard-permission',
    about: 'for every action',
    says: /It may do s3:\*/,
    templates: ({ add }) =>
      add('AWS::IAM::Role', {
        ...trust({ Service: 'lambda.amazonaws.com' }),
        Policies: [allow('s3:*', 'arn:aws:s3:::b')],
      }),
  },
  {
    rule: 'check/full-access-policy',
    says: /AmazonS3FullAccess/,
    templates: ({ add }) =>
      add('AWS::IAM::Role', {
        ...trust({ Service: 'lambda.amazonaws.com' }),
        ManagedPolicyArns: [
          { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AmazonS3FullAccess']] },
        ],
      }),
  },
  {
    rule: 'check/trust-without-account',
    about: 'for ECS tasks',
    says: /ecs-tasks\.amazonaws\.com may take on the role for any account/,
    templates: ({ add }) => add('AWS::IAM::Role', trust({ Service: 'ecs-tasks.amazonaws.com' })),
  },
  {
    rule: 'check/trust-without-account',
    about: 'for everyone',
    says: /Everyone/,
    templates: ({ add }) => add('AWS::IAM::Role', trust({ AWS: '*' })),
  },
  {
    rule: 'check/open-resource-policy',
    says: /lets everyone in/,
    templates: ({ add }) =>
      add('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'x' },
        },
      }),
  },
  ...(
    [
      ['an AWS access key', ['AKIA', 'IOSFODNN7EXAMPLE'].join('')],
      ['a URL with a password', 'postgres://app:hunter2@db.internal/shop'],
      ['a private key', ['-----BEGIN RSA ', 'PRIVATE KEY-----'].join('')],
      ['a value drawn by chance', 'q7Vx2LpR9sKd4WnB8mTz'],
      ['a value drawn by chance', '9f86d081884c7d659a2feaa0c55ad015'],
    ] as const
  ).map(
    ([kind, value]): Case => ({
      rule: 'check/plain-secret',
      about: `${kind}, ${value.length} characters`,
      says: new RegExp(`EXTRA holds ${kind}`),
      severity: 'error',
      plan: ({ services }) => {
        entry(services, 'web').environment['EXTRA'] = { kind: 'literal', value };
      },
    }),
  ),
  {
    rule: 'check/plain-secret',
    about: 'resolved by CloudFormation',
    says: /a resolved secret/,
    templates: ({ first }) => {
      first('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'] = [
        {
          Name: 'web',
          Environment: [{ Name: 'X', Value: '{{resolve:secretsmanager:sound/db:SecretString:password}}' }],
        },
      ];
    },
  },
  {
    rule: 'check/secret-in-output',
    says: /resolves a secret/,
    templates: ({ outputs }) => {
      outputs['Password'] = { Value: '{{resolve:secretsmanager:sound/db:SecretString:password}}' };
    },
  },
  ...(
    [
      ['AWS::RDS::DBCluster', 'StorageEncrypted', /storage of the cluster/],
      ['AWS::S3::Bucket', 'BucketEncryption', /does not say how/],
    ] as const
  ).map(
    ([type, property, says]): Case => ({
      rule: 'check/unencrypted',
      about: type,
      says,
      templates: ({ first }) => {
        delete first(type).Properties[property];
      },
    }),
  ),
  {
    rule: 'check/unencrypted',
    about: 'a plain database',
    says: /storage of the database/,
    templates: ({ add }) =>
      add('AWS::RDS::DBInstance', { Engine: 'postgres' }, { DeletionPolicy: 'Snapshot' }),
  },
  {
    rule: 'check/unencrypted',
    about: 'file systems, queues and caches',
    says: /queue/,
    templates: ({ add }) => {
      add('AWS::EFS::FileSystem', {});
      add('AWS::SQS::Queue', { SqsManagedSseEnabled: false });
      add('AWS::ElastiCache::ReplicationGroup', {});
    },
  },
  { rule: 'check/topic-without-key', says: /no key/, severity: 'info' },
  {
    rule: 'check/database-without-tls',
    says: /without TLS/,
    plan: ({ databases }) => {
      entry(databases, 'db').requireTls = false;
    },
  },
  {
    rule: 'check/bucket-without-tls',
    says: /No policy refuses/,
    templates: ({ add }) =>
      add('AWS::S3::Bucket', {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{}] },
      }),
  },
  {
    rule: 'check/public-bucket',
    says: /^BlockPublicPolicy is off/,
    templates: ({ first }) => {
      first('AWS::S3::Bucket').Properties['PublicAccessBlockConfiguration'] = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      };
    },
  },
  {
    rule: 'check/access-logs-with-key',
    says: /encrypted with KMS/,
    templates: ({ first }) => {
      first('AWS::S3::Bucket', 'access-logs').Properties['BucketEncryption'] = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      };
    },
  },
  {
    rule: 'check/plain-calls',
    says: /Calls to web/,
    plan: ({ services }) => {
      entry(services, 'web').connect = {
        server: {
          discoveryName: 'web',
          dnsName: 'web',
          port: 8080,
          url: 'http://web:8080',
          appProtocol: 'http',
          perRequestTimeoutSeconds: 15,
          idleTimeoutSeconds: 300,
        },
        calls: [],
        tls: null,
      };
    },
  },
];
