import { at, type Json, list, object, text } from '../cloudformation/json.ts';
import { parsed, pascal, renamed, tags } from './shapes.ts';
import type { Translation } from './translations.ts';

/** How Pulumi goes about changes and deletions; the resource itself does not know. */
const MANNERS = {
  applyImmediately: null,
  skipFinalSnapshot: null,
  finalSnapshotIdentifier: null,
} as const;

const COMMON = {
  ...MANNERS,
  iamDatabaseAuthenticationEnabled: 'EnableIAMDatabaseAuthentication',
  enabledCloudwatchLogsExports: 'EnableCloudwatchLogsExports',
  dbSubnetGroupName: 'DBSubnetGroupName',
} as const;

const parameterGroup = (type: string, name: string): Translation => ({
  type,
  properties: (inputs) => ({
    ...renamed(inputs, { name, parameters: null }),
    Parameters: Object.fromEntries(
      list(inputs, 'parameters').map((each) => [text(each, 'name') ?? '', text(each, 'value')]),
    ),
  }),
});

function keySchema(given: Json): readonly Json[] {
  const own = [
    ...(text(given, 'hashKey') === null ? [] : [{ AttributeName: given['hashKey'], KeyType: 'HASH' }]),
    ...(text(given, 'rangeKey') === null ? [] : [{ AttributeName: given['rangeKey'], KeyType: 'RANGE' }]),
  ];
  return own.length > 0
    ? own
    : list(given, 'keySchemas').map((each) => object({ each: pascal(each) }, 'each'));
}

export const STORES: Readonly<Record<string, Translation>> = {
  'aws:rds/cluster:Cluster': {
    type: 'AWS::RDS::DBCluster',
    properties: (inputs) =>
      renamed(inputs, {
        ...COMMON,
        clusterIdentifier: 'DBClusterIdentifier',
        masterPassword: 'MasterUserPassword',
        dbClusterParameterGroupName: 'DBClusterParameterGroupName',
        serverlessv2ScalingConfiguration: 'ServerlessV2ScalingConfiguration',
      }),
  },
  'aws:rds/clusterInstance:ClusterInstance': {
    type: 'AWS::RDS::DBInstance',
    properties: (inputs) =>
      renamed(inputs, {
        ...COMMON,
        identifier: 'DBInstanceIdentifier',
        clusterIdentifier: 'DBClusterIdentifier',
        instanceClass: 'DBInstanceClass',
      }),
  },
  'aws:rds/instance:Instance': {
    type: 'AWS::RDS::DBInstance',
    properties: (inputs) =>
      renamed(inputs, {
        ...COMMON,
        identifier: 'DBInstanceIdentifier',
        dbName: 'DBName',
        username: 'MasterUsername',
        password: 'MasterUserPassword',
        vpcSecurityGroupIds: 'VPCSecurityGroups',
        parameterGroupName: 'DBParameterGroupName',
        instanceClass: 'DBInstanceClass',
        backupWindow: 'PreferredBackupWindow',
        multiAz: 'MultiAZ',
      }),
  },
  'aws:rds/subnetGroup:SubnetGroup': {
    type: 'AWS::RDS::DBSubnetGroup',
    properties: (inputs) =>
      renamed(inputs, { name: 'DBSubnetGroupName', description: 'DBSubnetGroupDescription' }),
  },
  'aws:rds/clusterParameterGroup:ClusterParameterGroup': parameterGroup(
    'AWS::RDS::DBClusterParameterGroup',
    'DBClusterParameterGroupName',
  ),
  'aws:rds/parameterGroup:ParameterGroup': parameterGroup(
    'AWS::RDS::DBParameterGroup',
    'DBParameterGroupName',
  ),
  'aws:dynamodb/table:Table': {
    type: 'AWS::DynamoDB::Table',
    properties: (inputs) => ({
      ...tags(inputs),
      TableName: inputs['name'],
      BillingMode: inputs['billingMode'],
      KeySchema: keySchema(inputs),
      AttributeDefinitions: list(inputs, 'attributes').map((each) => ({
        AttributeName: text(each, 'name'),
        AttributeType: text(each, 'type'),
      })),
      GlobalSecondaryIndexes: list(inputs, 'globalSecondaryIndexes').map((each) => ({
        IndexName: text(each, 'name'),
        KeySchema: keySchema(object({ each }, 'each')),
        Projection: { ProjectionType: text(each, 'projectionType') },
      })),
      TimeToLiveSpecification: pascal(inputs['ttl']),
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: at(inputs, 'pointInTimeRecovery', 'enabled'),
      },
      SSESpecification: {
        SSEEnabled: at(inputs, 'serverSideEncryption', 'enabled') ?? false,
        // The only kind that there is.
        SSEType: at(inputs, 'serverSideEncryption', 'enabled') === true ? 'KMS' : undefined,
        KMSMasterKeyId: at(inputs, 'serverSideEncryption', 'kmsKeyArn'),
      },
      DeletionProtectionEnabled: inputs['deletionProtectionEnabled'],
    }),
  },
  'aws:s3/bucket:Bucket': {
    type: 'AWS::S3::Bucket',
    properties: (inputs) => renamed(inputs, { bucket: 'BucketName' }),
  },
  'aws:s3/bucketPolicy:BucketPolicy': {
    type: 'AWS::S3::BucketPolicy',
    properties: (inputs) => ({ Bucket: inputs['bucket'], PolicyDocument: parsed(inputs['policy']) }),
  },
  'aws:secretsmanager/secret:Secret': {
    type: 'AWS::SecretsManager::Secret',
    properties: (inputs) => renamed(inputs, { recoveryWindowInDays: null }),
  },
  'aws:secretsmanager/secretRotation:SecretRotation': {
    type: 'AWS::SecretsManager::RotationSchedule',
    properties: (inputs) => ({
      SecretId: inputs['secretId'],
      RotationLambdaARN: inputs['rotationLambdaArn'],
      RotateImmediatelyOnUpdate: inputs['rotateImmediately'],
      RotationRules: pascal(inputs['rotationRules']),
    }),
  },
};
