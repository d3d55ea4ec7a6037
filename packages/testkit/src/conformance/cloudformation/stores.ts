import type { BucketModel, DatabaseModel, SecretModel, TableModel } from '../model.ts';
import type { Assembly, Resource } from './assembly.ts';
import { at, flag, isJson, list, number, object, text } from './json.ts';
import { nameIn, namesIn, pointingAt, propertiesOf, removalOf, statementsOf, tagsOf } from './words.ts';

export function readDatabases(assembly: Assembly): readonly DatabaseModel[] {
  const instances = assembly.of('AWS::RDS::DBInstance');
  const inClusters = instances.filter(({ properties }) => text(properties, 'DBClusterIdentifier') !== null);
  const alone = instances.filter((each) => !inClusters.includes(each));
  return [
    ...assembly
      .of('AWS::RDS::DBCluster')
      .map((cluster) =>
        database(assembly, cluster, pointingAt(inClusters, 'DBClusterIdentifier', cluster.name)),
      ),
    ...alone.map((instance) => database(assembly, instance, [instance])),
  ];
}

function database(assembly: Assembly, resource: Resource, instances: readonly Resource[]): DatabaseModel {
  const { name, properties, type } = resource;
  const cluster = type === 'AWS::RDS::DBCluster';
  const serverless = properties['ServerlessV2ScalingConfiguration'];
  const group = assembly
    .of('AWS::RDS::DBSubnetGroup')
    .find((each) => each.name === nameIn(text(properties, 'DBSubnetGroupName')));
  const parameters = assembly
    .of('AWS::RDS::DBClusterParameterGroup', 'AWS::RDS::DBParameterGroup')
    .find(
      (each) =>
        each.name ===
        nameIn(text(properties, cluster ? 'DBClusterParameterGroupName' : 'DBParameterGroupName')),
    );
  return {
    name,
    engine: text(properties, 'Engine') ?? '',
    engineVersion: text(properties, 'EngineVersion') ?? '',
    serverless: isJson(serverless)
      ? {
          minimumAcu: number(serverless, 'MinCapacity') ?? 0,
          maximumAcu: number(serverless, 'MaxCapacity') ?? 0,
        }
      : null,
    instances: instances.map((each) => ({
      name: each.name,
      instanceClass: text(each.properties, 'DBInstanceClass') ?? '',
      promotionTier: number(each.properties, 'PromotionTier'),
      // RDS decides by the subnets where nothing is said.
      publiclyAccessible: flag(each.properties, 'PubliclyAccessible'),
    })),
    databaseName: text(properties, cluster ? 'DatabaseName' : 'DBName'),
    port: number(properties, 'Port'),
    subnets: namesIn(propertiesOf(group), 'SubnetIds'),
    securityGroups: namesIn(properties, cluster ? 'VpcSecurityGroupIds' : 'VPCSecurityGroups'),
    encrypted: flag(properties, 'StorageEncrypted'),
    forceSsl: text(propertiesOf(parameters), 'Parameters', 'rds.force_ssl') === '1',
    backupRetentionDays: number(properties, 'BackupRetentionPeriod'),
    backupWindow: text(properties, 'PreferredBackupWindow'),
    secret: secretBehind(text(properties, 'MasterUserPassword')),
    user: userOf(properties),
    deletionProtection: flag(properties, 'DeletionProtection'),
    removal: removalOf(resource),
  };
}

/** The secret of `{{resolve:secretsmanager:<arn or name>:SecretString:<key>::}}`, where a value comes from one. */
function secretBehind(value: string | null): string | null {
  const found = /^\{\{resolve:secretsmanager:(.+?):SecretString:[^:]*(?::[^:]*)*\}\}$/.exec(value ?? '');
  return found?.[1] === undefined ? null : nameIn(found[1]);
}

function userOf(properties: unknown): DatabaseModel['user'] {
  const user = text(properties, 'MasterUsername');
  const secret = secretBehind(user);
  return secret !== null ? { secret } : user !== null ? { name: user } : null;
}

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export function readSecrets(assembly: Assembly): readonly SecretModel[] {
  const attachments = assembly.of('AWS::SecretsManager::SecretTargetAttachment');
  const rotations = assembly.of('AWS::SecretsManager::RotationSchedule');
  return assembly.of('AWS::SecretsManager::Secret').map((resource) => {
    const { name, properties } = resource;
    const generate = at(properties, 'GenerateSecretString');
    const template: unknown = JSON.parse(text(generate, 'SecretStringTemplate') ?? '{}');
    const excluded = text(generate, 'ExcludeCharacters') ?? '';
    const rotation = pointingAt(rotations, 'SecretId', name)[0];
    const rules = object(propertiesOf(rotation), 'RotationRules');
    const attachment = pointingAt(attachments, 'SecretId', name)[0];
    return {
      name,
      generated: isJson(generate)
        ? {
            username: text(template, 'username'),
            // Secrets Manager's own default.
            length: number(generate, 'PasswordLength') ?? 32,
            excludePunctuation:
              flag(generate, 'ExcludePunctuation') ||
              [...PUNCTUATION].every((each) => excluded.includes(each)),
            // A space is left out unless it is asked for.
            excludeSpace: !flag(generate, 'IncludeSpace') || excluded.includes(' '),
          }
        : null,
      rotationDays: rotation === undefined ? null : days(rules),
      rotator:
        rotation !== undefined &&
        (text(rotation.properties, 'RotationLambdaARN') !== null ||
          isJson(at(rotation.properties, 'HostedRotationLambda'))),
      attachedTo: attachment === undefined ? null : nameIn(text(attachment.properties, 'TargetId')),
      removal: removalOf(resource),
    };
  });
}

function days(rules: unknown): number | null {
  const rate = /^rate\((\d+) days?\)$/.exec(text(rules, 'ScheduleExpression') ?? '')?.[1];
  return number(rules, 'AutomaticallyAfterDays') ?? (rate === undefined ? null : Number(rate));
}

export function readTables(assembly: Assembly): readonly TableModel[] {
  return assembly.of('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table').map((resource) => {
    const { name, properties } = resource;
    const keyOf = (kind: string): string | null =>
      text(
        list(properties, 'KeySchema').find((each) => text(each, 'KeyType') === kind),
        'AttributeName',
      );
    const ttl = object(properties, 'TimeToLiveSpecification');
    return {
      name,
      partitionKey: keyOf('HASH'),
      sortKey: keyOf('RANGE'),
      ttlAttribute: flag(ttl, 'Enabled') ? text(ttl, 'AttributeName') : null,
      billing: text(properties, 'BillingMode') ?? 'PROVISIONED',
      kmsEncrypted: flag(properties, 'SSESpecification', 'SSEEnabled'),
      deletionProtection:
        flag(properties, 'DeletionProtectionEnabled') ||
        list(properties, 'Replicas').some((each) => flag(each, 'DeletionProtectionEnabled')),
      removal: removalOf(resource),
      tags: tagsOf(resource),
    };
  });
}

export function readBuckets(assembly: Assembly): readonly BucketModel[] {
  const policies = assembly.of('AWS::S3::BucketPolicy');
  const emptied = assembly.of('Custom::S3AutoDeleteObjects');
  return assembly.of('AWS::S3::Bucket').map((resource) => {
    const { name, properties } = resource;
    const block = object(properties, 'PublicAccessBlockConfiguration');
    const encryption = list(properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration')[0];
    return {
      name,
      encryption: text(encryption, 'ServerSideEncryptionByDefault', 'SSEAlgorithm'),
      blocksPublicAccess: [
        'BlockPublicAcls',
        'BlockPublicPolicy',
        'IgnorePublicAcls',
        'RestrictPublicBuckets',
      ].every((each) => flag(block, each)),
      policy: pointingAt(policies, 'Bucket', name).flatMap((each) =>
        statementsOf(each.properties['PolicyDocument']),
      ),
      // Pulumi empties those that say so. CDK's function empties only buckets that say they may be emptied.
      emptyOnDelete:
        flag(properties, 'ForceDestroy') ||
        (pointingAt(emptied, 'BucketName', name).length > 0 &&
          tagsOf(resource)['aws-cdk:auto-delete-objects'] === 'true'),
      removal: removalOf(resource),
      tags: tagsOf(resource),
    };
  });
}
