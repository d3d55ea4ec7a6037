import { describe, expect, test } from 'vitest';
import { fieldNames } from '../live/operations.ts';
import { dashboardMetrics } from './dashboard.ts';
import { notOlder } from './databases.ts';
import { describeActions } from './load-balancer.ts';
import { keptImages } from './registries.ts';
import { describeLive } from './security-groups.ts';
import { describeDrift } from './stacks.ts';
import { refusesPlainHttp } from './stores.ts';
import { parseSecret } from './task-definitions.ts';

describe('metrics of a dashboard', () => {
  test('are read with their short forms', () => {
    const body = JSON.stringify({
      widgets: [
        { type: 'text', properties: { markdown: '# x' } },
        {
          properties: {
            title: 'CPU',
            period: 60,
            metrics: [
              ['AWS/ECS', 'CPUUtilization', 'ClusterName', 'c', 'ServiceName', 'a', { stat: 'Maximum' }],
              ['.', '.', '.', '.', '.', 'b'],
              ['...', 'd', { period: 300 }],
              [{ expression: 'm1 / m2' }],
            ],
          },
        },
      ],
    });
    expect(dashboardMetrics(body)).toEqual([
      'CPU: AWS/ECS CPUUtilization {ClusterName=c, ServiceName=a} Maximum of 60 s',
      'CPU: AWS/ECS CPUUtilization {ClusterName=c, ServiceName=b} Average of 60 s',
      'CPU: AWS/ECS CPUUtilization {ClusterName=c, ServiceName=d} Average of 300 s',
    ]);
  });
});

describe('drift', () => {
  const drift = (ResourceType: string, ...paths: string[]) =>
    describeDrift({
      StackId: 's',
      LogicalResourceId: 'R',
      ResourceType,
      StackResourceDriftStatus: 'MODIFIED',
      Timestamp: new Date(0),
      PropertyDifferences: paths.map((PropertyPath) => ({
        PropertyPath,
        ExpectedValue: '1',
        ActualValue: '2',
        DifferenceType: 'NOT_EQUAL' as const,
      })),
    });

  test('is none where autoscaling and ECS own the value', () => {
    expect(drift('AWS::ECS::Service', '/DesiredCount')).toBeNull();
    expect(
      drift('AWS::ElasticLoadBalancingV2::ListenerRule', '/Actions/0/ForwardConfig/TargetGroups/1/Weight'),
    ).toBeNull();
  });

  test('is told even when AWS does not say what differs', () => {
    expect(drift('AWS::ECS::Service')).toBe('R is modified');
  });

  test('names what else has changed, and what is gone', () => {
    expect(drift('AWS::ECS::Service', '/DesiredCount', '/EnableExecuteCommand')).toBe(
      'R /EnableExecuteCommand',
    );
    expect(drift('AWS::EC2::SecurityGroup', '/SecurityGroupIngress/1')).toBe('R /SecurityGroupIngress/1');
    expect(drift('AWS::ElasticLoadBalancingV2::ListenerRule', '/Conditions/0/Values')).toBe(
      'R /Conditions/0/Values',
    );
    expect(
      describeDrift({
        StackId: 's',
        LogicalResourceId: 'R',
        ResourceType: 'AWS::SQS::Queue',
        StackResourceDriftStatus: 'DELETED',
        Timestamp: new Date(0),
      }),
    ).toBe('R is deleted');
  });
});

describe('a secret in a task definition', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:';

  test('is found with and without the characters that AWS appends', () => {
    expect(parseSecret(`${arn}app/db-AbC123:password::`, ['app/db'])).toEqual({
      secret: 'app/db',
      field: 'password',
    });
    expect(parseSecret(`${arn}app/db:password::`, ['app/db'])).toEqual({
      secret: 'app/db',
      field: 'password',
    });
    expect(parseSecret(`${arn}app/db-AbC123`, ['app/db'])).toEqual({ secret: 'app/db', field: null });
  });

  test('keeps a name that ends like those characters', () => {
    expect(parseSecret(`${arn}app-dbpass:user::`, ['app-dbpass'])).toEqual({
      secret: 'app-dbpass',
      field: 'user',
    });
  });
});

describe('a bucket policy', () => {
  const policy = (change: object) =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          ...change,
        },
      ],
    });

  test('refuses plain HTTP when it denies everyone everything without TLS', () => {
    expect(refusesPlainHttp(policy({}))).toBe(true);
    expect(refusesPlainHttp(policy({ Principal: '*', Action: ['s3:*'] }))).toBe(true);
  });

  test.each([
    { Effect: 'Allow' },
    { Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
    { Action: 's3:PutObject' },
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Condition: undefined },
  ])('does not with %j', (change) => {
    expect(refusesPlainHttp(policy(change))).toBe(false);
  });

  test('does not when there is none', () => {
    expect(refusesPlainHttp(null)).toBe(false);
  });
});

describe('what a listener rule does', () => {
  const refs = new Map(
    (['blue', 'green'] as const).map((colour) => [colour, { service: 'api', colour, name: colour }] as const),
  );
  const forward = (...weights: [string, number][]) =>
    describeActions(
      [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
          },
        },
      ],
      refs,
    );

  test('is the service, wherever blue/green has moved the traffic', () => {
    expect(forward(['blue', 100], ['green', 0])).toBe('api');
    expect(forward(['blue', 0], ['green', 100])).toBe('api');
    expect(forward(['blue', 50], ['green', 50])).toBe('api');
  });

  test('is something else when traffic goes nowhere, or to strangers', () => {
    expect(forward(['blue', 0], ['green', 0])).toContain('nowhere');
    expect(forward(['blue', 90], ['other', 10])).toBe('api and other');
  });
});

test('a rule of a security group that lets nothing out is none', () => {
  const rule = {
    IpProtocol: 'icmp',
    FromPort: 252,
    ToPort: 86,
    IpRanges: [{ CidrIp: '255.255.255.255/32' }],
  };
  expect(describeLive(rule, 'egress', new Map())).toEqual([]);
  expect(
    describeLive(
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
      'egress',
      new Map(),
    ),
  ).toEqual(['everything to 0.0.0.0/0', 'everything to ::/0']);
});

test('a newer minor version is no difference, an older one is', () => {
  expect(notOlder('17.9', '17.10')).toBe('17.9');
  expect(notOlder('17.9', '17.9')).toBe('17.9');
  expect(notOlder('17.9', '17.8')).toBe('17.8');
  expect(notOlder('17.9', undefined)).toBeUndefined();
});

test('the images that a lifecycle policy keeps are those of its rule over all images', () => {
  const rules = [
    { selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 7 } },
    { selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 } },
  ];
  expect(keptImages(JSON.stringify({ rules }))).toBe(10);
  expect(keptImages(JSON.stringify({ rules: rules.slice(0, 1) }))).toBeUndefined();
});

test('of a secret only the names of its fields are kept', () => {
  expect(fieldNames('{"username":"u","password":"hunter2"}')).toEqual(['username', 'password']);
  for (const text of ['plain', '["a"]', 'null', '"a"', undefined]) expect(fieldNames(text)).toBeNull();
});
