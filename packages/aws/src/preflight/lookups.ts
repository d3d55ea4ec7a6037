import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isNamed } from '../failures.ts';
import { findRepository } from '../images/registry.ts';
import { clientOptions, type Session } from '../session.ts';
import { s3 } from '../store.ts';

/** How to find something by its name. */
export interface Lookup {
  readonly noun: string;
  /** What has the name, as CloudFormation calls it; null when nobody does. */
  readonly find: (name: string) => Promise<{ readonly id: string; readonly note: string | null } | null>;
  /** The command that removes it; null where that takes more than one. */
  readonly remove: ((name: string) => string) | null;
}

/** The kinds of which AWS allows a name only once. */
export type LookupKind =
  | 'repository'
  | 'table'
  | 'bucket'
  | 'logGroup'
  | 'secret'
  | 'databaseCluster'
  | 'databaseInstance'
  | 'loadBalancer';

/** Lookups of a session, by kind. */
export function lookups(session: Session): Readonly<Record<LookupKind, Lookup>> {
  const options = clientOptions(session);
  const named = (id: string | undefined) => (id === undefined ? null : { id, note: null });
  return {
    repository: {
      noun: 'image repository',
      find: async (name) => named((await findRepository(session, name))?.name),
      remove: (name) => `aws ecr delete-repository --repository-name ${name}`,
    },
    table: {
      noun: 'table',
      find: unless(['ResourceNotFoundException'], async (name) => {
        const { Table } = await new DynamoDBClient(options).send(
          new DescribeTableCommand({ TableName: name }),
        );
        return named(Table?.TableName);
      }),
      remove: (name) => `aws dynamodb delete-table --table-name ${name}`,
    },
    bucket: {
      noun: 'bucket',
      find: unless(['NotFound', 'NoSuchBucket'], async (name) => {
        try {
          await s3(session).send(new HeadBucketCommand({ Bucket: name }));
        } catch (error) {
          // The names of buckets are the same for all accounts.
          if (isNamed(error, 'Forbidden', '403')) return { id: name, note: 'it belongs to another account' };
          throw error;
        }
        return named(name);
      }),
      remove: null,
    },
    logGroup: {
      noun: 'log group',
      find: async (name) => {
        const { logGroups = [] } = await new CloudWatchLogsClient(options).send(
          new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
        );
        return named(logGroups.find(({ logGroupName }) => logGroupName === name)?.logGroupName);
      },
      remove: (name) => `aws logs delete-log-group --log-group-name ${name}`,
    },
    secret: {
      noun: 'secret',
      find: unless(['ResourceNotFoundException'], async (name) => {
        const { ARN, DeletedDate } = await new SecretsManagerClient(options).send(
          new DescribeSecretCommand({ SecretId: name }),
        );
        if (ARN === undefined) return null;
        return {
          id: ARN,
          note: DeletedDate === undefined ? null : 'it is given up, but its name is not free before its end',
        };
      }),
      remove: (name) =>
        `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id ${name}`,
    },
    databaseCluster: {
      noun: 'database cluster',
      find: unless(['DBClusterNotFoundFault'], async (name) => {
        const { DBClusters } = await new RDSClient(options).send(
          new DescribeDBClustersCommand({ DBClusterIdentifier: name }),
        );
        return named(DBClusters?.[0]?.DBClusterIdentifier);
      }),
      remove: null,
    },
    databaseInstance: {
      noun: 'database instance',
      find: unless(['DBInstanceNotFound', 'DBInstanceNotFoundFault'], async (name) => {
        const { DBInstances } = await new RDSClient(options).send(
          new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
        );
        return named(DBInstances?.[0]?.DBInstanceIdentifier);
      }),
      remove: null,
    },
    loadBalancer: {
      noun: 'load balancer',
      find: unless(['LoadBalancerNotFoundException', 'LoadBalancerNotFound'], async (name) => {
        const { LoadBalancers } = await new ElasticLoadBalancingV2Client(options).send(
          new DescribeLoadBalancersCommand({ Names: [name] }),
        );
        return named(LoadBalancers?.[0]?.LoadBalancerArn);
      }),
      remove: null,
    },
  };
}

/** An answer with one of these errors means that there is none. */
function unless(absent: readonly string[], find: Lookup['find']): Lookup['find'] {
  return async (name) => {
    try {
      return await find(name);
    } catch (error) {
      if (isNamed(error, ...absent)) return null;
      throw error;
    }
  };
}
