import { describe, expect, test } from 'vitest';
import { readCloudFormation } from './read-cloudformation.ts';

type Resources = Readonly<Record<string, { readonly Type: string; readonly [key: string]: unknown }>>;

const stack = (stackName: string, Resources: Resources, Outputs: object = {}) => ({
  stackName,
  template: { Resources, Outputs },
});
const read = (...stacks: readonly ReturnType<typeof stack>[]) =>
  readCloudFormation(stacks, { region: 'eu-west-1' });

const group = (GroupName: string, more: object = {}) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupName, ...more },
});
const targetGroup = (Name: string) => ({
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Name },
});
const rule = (action: object) => ({
  Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  Properties: { ListenerArn: { Ref: 'Listener' }, Priority: 1, Actions: [{ Type: 'forward', ...action }] },
});
const listener = {
  Type: 'AWS::ElasticLoadBalancingV2::Listener',
  Properties: { Port: 80, Protocol: 'HTTP', DefaultActions: [] },
};
const repository = { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'api' } };
const statement = (Resource: unknown) => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'role',
      Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'x:Y', Resource } } }],
    },
  },
});
const targetsOf = (resource: unknown, others: Resources = {}) =>
  read(stack('s', { ...statement(resource), ...others })).roles[0]?.statements[0]?.targets;

describe('references', () => {
  test('a reference into another stack is followed through its output', () => {
    const model = read(
      stack('one', { Group: group('tasks') }, { GroupId: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } } }),
      stack('two', {
        Service: {
          Type: 'AWS::ECS::Service',
          Properties: {
            ServiceName: 'api',
            NetworkConfiguration: {
              AwsvpcConfiguration: {
                SecurityGroups: [{ 'Fn::GetStackOutput': { StackName: 'one', OutputName: 'GroupId' } }],
              },
            },
          },
        },
      }),
    );
    expect(model.services[0]?.securityGroups).toEqual(['tasks']);
  });

  test('an import is followed through its export', () => {
    const output = { Value: { Ref: 'Repository' }, Export: { Name: 'one:name' } };
    const model = read(
      stack('one', { Repository: repository }, { ExportsOutputName: output }),
      stack('two', {}, { Name: { Value: { 'Fn::ImportValue': 'one:name' } } }),
    );
    expect(model.outputs).toEqual({ Name: 'api' });
  });

  test('an output or a resource that is not there is an error, not an empty value', () => {
    const output = (Value: object) => () => read(stack('s', {}, { Name: { Value } }));
    expect(output({ 'Fn::GetStackOutput': { StackName: 's', OutputName: 'Other' } })).toThrow(
      'Stack s has no output Other.',
    );
    expect(output({ Ref: 'Nothing' })).toThrow('a reference leads to Nothing, which is not there');
    expect(output({ 'Fn::ImportValue': 'nothing' })).toThrow('No stack exports nothing.');
    expect(output({ 'Fn::Cidr': [] })).toThrow('the reader does not know Fn::Cidr');
  });

  test('the URI of a repository reads the same as an attribute and put together from its ARN', () => {
    const arn = { 'Fn::Split': [':', { 'Fn::GetAtt': ['Repository', 'Arn'] }] };
    const { outputs } = read(
      stack(
        's',
        { Repository: repository },
        {
          Attribute: { Value: { 'Fn::GetAtt': 'Repository.RepositoryUri' } },
          Joined: {
            Value: {
              'Fn::Join': [
                '',
                [
                  { 'Fn::Select': [4, arn] },
                  '.dkr.ecr.',
                  { 'Fn::Select': [3, arn] },
                  '.',
                  { Ref: 'AWS::URLSuffix' },
                  '/',
                  { Ref: 'Repository' },
                ],
              ],
            },
          },
          Substituted: {
            Value: {
              'Fn::Sub': [
                // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
                '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${Suffix}/${Repository}',
                { Suffix: { Ref: 'AWS::URLSuffix' } },
              ],
            },
          },
        },
      ),
    );
    expect(outputs['Attribute']).toBe('<account>.dkr.ecr.eu-west-1.amazonaws.com/api');
    expect(outputs['Joined']).toBe(outputs['Attribute']);
    expect(outputs['Substituted']).toBe(outputs['Attribute']);
  });

  test('the attachment of a secret stands for the secret', () => {
    const model = read(
      stack('s', {
        Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'credentials' } },
        Attachment: {
          Type: 'AWS::SecretsManager::SecretTargetAttachment',
          Properties: { SecretId: { Ref: 'Secret' }, TargetId: { Ref: 'Database' } },
        },
        Database: { Type: 'AWS::RDS::DBCluster', Properties: { DBClusterIdentifier: 'products' } },
        Task: {
          Type: 'AWS::ECS::TaskDefinition',
          Properties: {
            Family: 'task',
            ContainerDefinitions: [
              {
                Name: 'api',
                Secrets: [
                  { Name: 'HOST', ValueFrom: { 'Fn::Join': ['', [{ Ref: 'Attachment' }, ':host::']] } },
                  { Name: 'ALL', ValueFrom: { Ref: 'Attachment' } },
                ],
              },
            ],
          },
        },
      }),
    );
    expect(model.taskDefinitions[0]?.containers[0]?.secrets).toEqual({
      HOST: { secret: 'credentials', key: 'host' },
      ALL: { secret: 'credentials', key: null },
    });
    expect(model.secrets[0]?.attachedTo).toBe('products');
  });
});

describe('security groups', () => {
  test('rules within the group and rules of their own, also in other stacks, are one list', () => {
    const model = read(
      stack(
        'one',
        {
          Tasks: group('tasks', {
            SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.0.0.0/8' }],
            SecurityGroupEgress: [
              { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' },
            ],
          }),
        },
        { Tasks: { Value: { 'Fn::GetAtt': ['Tasks', 'GroupId'] } } },
      ),
      stack('two', {
        Balancer: group('balancer'),
        Rule: {
          Type: 'AWS::EC2::SecurityGroupIngress',
          Properties: {
            GroupId: { 'Fn::GetStackOutput': { StackName: 'one', OutputName: 'Tasks' } },
            SourceSecurityGroupId: { 'Fn::GetAtt': ['Balancer', 'GroupId'] },
            IpProtocol: 'tcp',
            FromPort: 5000,
            ToPort: 5000,
          },
        },
      }),
    );
    const [tasks, balancer] = model.securityGroups;
    expect(tasks?.ingress.map(({ peer }) => peer)).toEqual([
      { kind: 'cidr', cidr: '10.0.0.0/8' },
      { kind: 'security-group', group: 'balancer' },
    ]);
    // The rule that CDK writes where nothing may go out is no way out; no rule at all is every way out.
    expect(tasks?.egress).toEqual([]);
    expect(balancer?.egress.map(({ peer }) => peer)).toEqual([{ kind: 'cidr', cidr: '0.0.0.0/0' }]);
  });
});

describe('listeners', () => {
  test('a weighted forward names the group that gets the traffic first', () => {
    const weighted = [
      { TargetGroupArn: { Ref: 'Green' }, Weight: 0 },
      { TargetGroupArn: { Ref: 'Blue' }, Weight: 100 },
    ];
    const model = read(
      stack('s', {
        Listener: listener,
        Blue: targetGroup('blue'),
        Green: targetGroup('green'),
        Rule: rule({ ForwardConfig: { TargetGroups: weighted } }),
      }),
    );
    expect(model.listeners[0]?.rules[0]?.action).toEqual({
      kind: 'forward',
      targets: [
        { targetGroup: 'blue', weight: 100 },
        { targetGroup: 'green', weight: 0 },
      ],
    });
  });

  test('a plain forward reads as one of weight 1', () => {
    const model = read(
      stack('s', {
        Listener: listener,
        Blue: targetGroup('blue'),
        Rule: rule({ TargetGroupArn: { Ref: 'Blue' } }),
      }),
    );
    expect(model.listeners[0]?.rules[0]?.action).toEqual({
      kind: 'forward',
      targets: [{ targetGroup: 'blue', weight: 1 }],
    });
  });
});

describe('policies', () => {
  test('resources are named however their ARN is written', () => {
    const bucket = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } } };
    const arn = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
    expect(targetsOf([arn, { 'Fn::Join': ['', [arn, '/*']] }], bucket)).toEqual([
      { kind: 'bucket', name: 'files' },
      { kind: 'bucket-objects', name: 'files' },
    ]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
    expect(targetsOf({ 'Fn::Sub': 'arn:aws:dynamodb:${AWS::Region}:1:table/orders/index/*' })).toEqual([
      { kind: 'table-index', name: 'orders' },
    ]);
    expect(targetsOf('arn:aws:secretsmanager:eu-west-1:1:secret:app/db-??????')).toEqual([
      { kind: 'secret', name: 'app/db' },
    ]);
    expect(targetsOf('arn:aws:logs:eu-west-1:1:log-group:/ecs/api:*')).toEqual([
      { kind: 'log-group', name: '/ecs/api' },
    ]);
  });

  test('what is wider than one resource is not taken for one', () => {
    expect(targetsOf('*')).toEqual([{ kind: 'any' }]);
    for (const arn of ['arn:aws:s3:::*', 'arn:aws:s3:::files*', 'arn:aws:ecr:eu-west-1:1:repository/*'])
      expect(targetsOf(arn)).toEqual([{ kind: 'other', arn }]);
  });
});

describe('what is there', () => {
  test('types that the reader does not know are listed', () => {
    const queue = { Type: 'AWS::SQS::Queue' };
    expect(read(stack('s', { A: queue, B: queue, Repository: repository })).unread).toEqual([
      'AWS::SQS::Queue',
    ]);
  });

  test('a database that says nothing about its end leaves a snapshot, other resources go', () => {
    const model = read(
      stack('s', {
        Database: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: 'shop' } },
        Member: {
          Type: 'AWS::RDS::DBInstance',
          Properties: { DBInstanceIdentifier: 'member', DBClusterIdentifier: 'cluster' },
        },
        Repository: repository,
        Kept: { ...repository, DeletionPolicy: 'RetainExceptOnCreate' },
      }),
    );
    expect(model.resources.map(({ removal }) => removal)).toEqual([
      'snapshot',
      'destroy',
      'destroy',
      'retain',
    ]);
  });

  test('a name that CloudFormation makes up is no name', () => {
    const model = read(stack('s', { Bucket: { Type: 'AWS::S3::Bucket' }, Repository: repository }));
    expect(model.resources.map(({ name }) => name)).toEqual([null, 'api']);
  });

  test('rows of a widget may repeat what stands above them', () => {
    const metrics = [
      [
        'AWS/ECS',
        'CPUUtilization',
        'ClusterName',
        'c',
        'ServiceName',
        'one',
        { stat: 'Average', period: 60 },
      ],
      ['.', 'MemoryUtilization', '.', '.', '.', '.'],
      ['...', 'two'],
    ];
    const body = { widgets: [{ type: 'metric', properties: { title: 'T', metrics } }] };
    const model = read(
      stack('s', {
        Dashboard: {
          Type: 'AWS::CloudWatch::Dashboard',
          Properties: { DashboardName: 'd', DashboardBody: JSON.stringify(body) },
        },
      }),
    );
    expect(
      model.dashboards[0]?.widgets[0]?.metrics.map(({ name, dimensions }) => [name, dimensions]),
    ).toEqual([
      ['CPUUtilization', { ClusterName: 'c', ServiceName: 'one' }],
      ['MemoryUtilization', { ClusterName: 'c', ServiceName: 'one' }],
      ['MemoryUtilization', { ClusterName: 'c', ServiceName: 'two' }],
    ]);
  });
});
