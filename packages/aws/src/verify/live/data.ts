import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  type Parameter,
  paginateDescribeDBClusterParameters,
  paginateDescribeDBParameters,
} from '@aws-sdk/client-rds';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { Plan } from '@breakwater/plan';
import { onceEach, orNull } from '../once.ts';
import { present } from '../outcome.ts';
import type { Clients } from './clients.ts';
import { collect } from './pages.ts';

/** Reads databases, tables and buckets, by their names in the account. */
export type DataReader = ReturnType<typeof readData>;

/** See {@link DataReader}. */
export function readData({ rds, dynamoDb, s3 }: Clients, plan: Plan) {
  const findTable = onceEach(async (name) => {
    const answer = await orNull(
      ['ResourceNotFoundException'],
      dynamoDb.send(new DescribeTableCommand({ TableName: name })),
    );
    return answer?.Table ?? null;
  });
  return {
    findCluster: onceEach(async (name) => {
      const answer = await orNull(
        ['DBClusterNotFoundFault'],
        rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name })),
      );
      return answer?.DBClusters?.[0] ?? null;
    }),
    findInstance: onceEach(async (name) => {
      const answer = await orNull(
        ['DBInstanceNotFoundFault', 'DBInstanceNotFound'],
        rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name })),
      );
      return answer?.DBInstances?.[0] ?? null;
    }),
    subnetGroup: onceEach(async (name) => {
      const answer = await orNull(
        ['DBSubnetGroupNotFoundFault'],
        rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name })),
      );
      return present(answer?.DBSubnetGroups?.[0], `subnet group ${name}`);
    }),
    clusterParameters: onceEach(async (name) =>
      byName(
        await collect(
          paginateDescribeDBClusterParameters(
            { client: rds },
            { DBClusterParameterGroupName: name, Source: 'user' },
          ),
          ({ Parameters }) => Parameters,
        ),
      ),
    ),
    instanceParameters: onceEach(async (name) =>
      byName(
        await collect(
          paginateDescribeDBParameters({ client: rds }, { DBParameterGroupName: name, Source: 'user' }),
          ({ Parameters }) => Parameters,
        ),
      ),
    ),
    findTable,
    table: async (name: string) => present(await findTable(name), `table ${name}`),
    timeToLive: onceEach(async (name) => {
      const answer = await orNull(
        ['ResourceNotFoundException'],
        dynamoDb.send(new DescribeTimeToLiveCommand({ TableName: name })),
      );
      return present(answer?.TimeToLiveDescription, `table ${name}`);
    }),
    continuousBackups: onceEach(async (name) => {
      const answer = await orNull(
        ['TableNotFoundException', 'ResourceNotFoundException'],
        dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName: name })),
      );
      return present(answer?.ContinuousBackupsDescription, `table ${name}`);
    }),
    tableTags: onceEach(async (arn) => {
      const answer = await dynamoDb.send(new ListTagsOfResourceCommand({ ResourceArn: arn }));
      return answer.Tags ?? [];
    }),
    bucketExists: onceEach(async (name) => {
      const answer = await orNull(
        ['NotFound', 'NoSuchBucket'],
        s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: plan.account ?? undefined })),
      );
      return answer !== null;
    }),
    bucketEncryption: onceEach(async (name) => {
      const answer = await orNull(
        ['ServerSideEncryptionConfigurationNotFoundError'],
        s3.send(new GetBucketEncryptionCommand({ Bucket: name })),
      );
      return (
        answer?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? null
      );
    }),
    publicAccessBlock: onceEach(async (name) => {
      const answer = await orNull(
        ['NoSuchPublicAccessBlockConfiguration'],
        s3.send(new GetPublicAccessBlockCommand({ Bucket: name })),
      );
      return answer?.PublicAccessBlockConfiguration ?? null;
    }),
    bucketPolicy: onceEach(async (name) => {
      const answer = await orNull(
        ['NoSuchBucketPolicy'],
        s3.send(new GetBucketPolicyCommand({ Bucket: name })),
      );
      return answer?.Policy ?? null;
    }),
    bucketVersioning: onceEach(async (name) => {
      const answer = await s3.send(new GetBucketVersioningCommand({ Bucket: name }));
      return answer.Status === 'Enabled';
    }),
    bucketLifecycle: onceEach(async (name) => {
      const answer = await orNull(
        ['NoSuchLifecycleConfiguration'],
        s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name })),
      );
      return answer?.Rules ?? [];
    }),
    bucketTags: onceEach(async (name) => {
      const answer = await orNull(['NoSuchTagSet'], s3.send(new GetBucketTaggingCommand({ Bucket: name })));
      return answer?.TagSet ?? [];
    }),
  };
}

function byName(parameters: readonly Parameter[]): ReadonlyMap<string, string> {
  return new Map(
    parameters.flatMap(({ ParameterName, ParameterValue }) =>
      ParameterName === undefined || ParameterValue === undefined ? [] : [[ParameterName, ParameterValue]],
    ),
  );
}
