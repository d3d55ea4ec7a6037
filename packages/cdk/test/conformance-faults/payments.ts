import { type Fault, fault, find, property, put, remove } from './fault.ts';
import {
  CLUSTER,
  CONTAINER,
  KEY,
  LISTENER,
  of,
  P,
  REPOSITORY,
  ROLE,
  ROUTE,
  RULE,
  SCALING,
  SECRET,
  SERVICE,
  SUBNET,
  TABLE,
  TASK,
  without,
} from './types.ts';

/** Faults that rows of payments must notice. */
export const paymentsFaults: readonly Fault[] = [
  property('payments/region', 'another zone', 'payments', SUBNET, `${P}.AvailabilityZone`, 'us-east-1f'),
  property(
    'payments/network',
    'a private subnet without a way out',
    'payments',
    ROUTE,
    `${P}.DestinationCidrBlock`,
    '10.1.0.0/16',
    { id: 'privateb' },
  ),
  property('payments/network', 'a private /20', 'payments', SUBNET, `${P}.CidrBlock`, '10.0.16.0/20', {
    id: 'privatea',
  }),
  fault(
    'payments/network',
    'no endpoint for logs',
    'payments',
    (stacks) => remove(stacks, 'AWS::EC2::VPCEndpoint', 'logs'),
    'prod',
  ),
  fault('payments/network', 'a second NAT gateway', 'payments', (stacks) => {
    const { Properties: properties } = find(stacks, 'AWS::EC2::NatGateway');
    put(of('foundation', stacks)[0]?.template, 'Resources.second', {
      Type: 'AWS::EC2::NatGateway',
      Properties: properties,
    });
  }),
  property(
    'payments/network',
    'two NAT gateways in one zone',
    'payments',
    SUBNET,
    `${P}.AvailabilityZone`,
    'us-east-1a',
    { variant: 'prod', id: 'publicb' },
  ),
  property('payments/cluster', 'no insights', 'payments', CLUSTER, `${P}.ClusterSettings`, []),
  property(
    'payments/cluster',
    'another namespace',
    'payments',
    'AWS::ServiceDiscovery::PrivateDnsNamespace',
    `${P}.Name`,
    'local',
  ),
  property(
    'payments/cluster',
    'one namespace for all environments',
    'payments',
    'AWS::ServiceDiscovery::PrivateDnsNamespace',
    `${P}.Name`,
    'dev.local',
    { variant: 'pr42' },
  ),
  fault('payments/service-mesh', 'a port without its protocol', 'payments', (stacks) => {
    put(find(of('service-payment', stacks), TASK), `${CONTAINER}.PortMappings.0.AppProtocol`, undefined);
  }),
  fault('payments/service-mesh', 'order calls another host', 'payments', (stacks) => {
    put(
      find(of('service-order', stacks), TASK),
      `${CONTAINER}.Environment.[Name=PAYMENT_URL].Value`,
      'http://localhost:8080',
    );
  }),
  fault(
    'payments/service-mesh',
    'calls in plain text',
    'payments',
    (stacks) => {
      put(
        find(of('service-payment', stacks), SERVICE),
        `${P}.ServiceConnectConfiguration.Services.0.Tls`,
        undefined,
      );
    },
    'authority',
  ),
  property('payments/services', 'a service that is smaller', 'payments', TASK, `${P}.Cpu`, '512'),
  property(
    'payments/services',
    'on demand',
    'payments',
    SERVICE,
    `${P}.CapacityProviderStrategy.0.CapacityProvider`,
    'FARGATE',
  ),
  property('payments/services', 'at most 4', 'payments', SCALING, `${P}.MaxCapacity`, 4),
  fault('payments/services', 'two services that log to one group', 'payments', (stacks) => {
    put(
      find(of('service-payment', stacks), TASK),
      `${CONTAINER}.LogConfiguration.Options.awslogs-group`,
      '/ecs/order-logs-dev',
    );
  }),
  property(
    'payments/routing',
    'a path of another service',
    'payments',
    RULE,
    `${P}.Conditions.0.PathPatternConfig.Values`,
    ['/order/*'],
  ),
  property(
    'payments/routing',
    'an answer of 503',
    'payments',
    LISTENER,
    `${P}.DefaultActions.0.FixedResponseConfig.StatusCode`,
    '503',
  ),
  property(
    'payments/registry',
    'no scan',
    'payments',
    REPOSITORY,
    `${P}.ImageScanningConfiguration`,
    undefined,
  ),
  fault('payments/permissions', 'a service that touches the table of another', 'payments', (stacks) => {
    {
      const { Properties: properties } = find(of('service-order', stacks), ROLE, 'TaskRole');
      // CDK writes the policy inline.
      const { Policies } = properties as { Policies: { PolicyDocument: { Statement: unknown[] } }[] };
      Policies[0]?.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/payment-ledger-table-dev',
      });
    }
  }),
  fault('payments/permissions', 'a service that reads a secret by itself', 'payments', (stacks) => {
    const { Properties: properties } = find(stacks, ROLE, 'TaskRole');
    // As above.
    const { Policies } = properties as { Policies: { PolicyDocument: { Statement: unknown[] } }[] };
    Policies[0]?.PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:database-credentials-secret-dev',
    });
  }),
  fault('payments/permissions', 'a service that is told of another’s table', 'payments', (stacks) => {
    put(
      find(of('service-order', stacks), TASK),
      `${CONTAINER}.Environment.[Name=ORDERS_TABLE].Value`,
      'orders',
    );
  }),
  property(
    'payments/permissions',
    'a table paid by capacity',
    'payments',
    TABLE,
    `${P}.BillingMode`,
    'PROVISIONED',
  ),
  property(
    'payments/logs',
    'a log group without the key',
    'payments',
    'AWS::Logs::LogGroup',
    `${P}.KmsKeyId`,
    undefined,
  ),
  property('payments/logs', 'a key without rotation', 'payments', KEY, `${P}.EnableKeyRotation`, false),
  property(
    'payments/logs',
    'a key for all log groups',
    'payments',
    KEY,
    `${P}.KeyPolicy.Statement.1.Condition`,
    { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:123456789012:*' } },
  ),
  property(
    'payments/secrets',
    'another user',
    'payments',
    SECRET,
    `${P}.GenerateSecretString.SecretStringTemplate`,
    '{"username":"postgres"}',
  ),
  property(
    'payments/secrets',
    'rotated every 90 days',
    'payments',
    'AWS::SecretsManager::RotationSchedule',
    `${P}.RotationRules.ScheduleExpression`,
    'rate(90 days)',
  ),
  property(
    'payments/deployments',
    'no circuit breaker',
    'payments',
    SERVICE,
    `${P}.DeploymentConfiguration.DeploymentCircuitBreaker`,
    undefined,
  ),
  property(
    'payments/deployments',
    'rolling in production',
    'payments',
    SERVICE,
    `${P}.DeploymentConfiguration.Strategy`,
    'ROLLING',
    { variant: 'prod' },
  ),
  fault('payments/dashboard', 'no memory', 'payments', without('MemoryUtilization')),
  fault('payments/dashboard', 'no 5xx', 'payments', without('HTTPCode_Target_5XX_Count')),
  fault(
    'payments/dashboard',
    'latency between services by a dimension that its metric lacks',
    'payments',
    without('TargetDiscoveryName'),
  ),
  property(
    'payments/tags',
    'a table of nobody',
    'payments',
    TABLE,
    `${P}.Replicas.0.Tags.[Key=Service]`,
    undefined,
  ),
];
