import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { clientOptions, type Session } from '../../session.ts';

/** Clients of every service that is asked. */
export type Clients = ReturnType<typeof createClients>;

/**
 * Clients that slow down when AWS says so. Many questions are put at once and the ECS and CloudWatch calls share small
 * account-wide quotas, so the adaptive mode is right here though its queue costs latency.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createClients(session: Session) {
  const options = { ...clientOptions(session), retryMode: 'adaptive', maxAttempts: 6 };
  return {
    applicationAutoScaling: new ApplicationAutoScalingClient(options),
    cloudFormation: new CloudFormationClient(options),
    cloudWatch: new CloudWatchClient(options),
    logs: new CloudWatchLogsClient(options),
    dynamoDb: new DynamoDBClient(options),
    ec2: new EC2Client(options),
    ecr: new ECRClient(options),
    ecs: new ECSClient(options),
    loadBalancing: new ElasticLoadBalancingV2Client(options),
    kms: new KMSClient(options),
    rds: new RDSClient(options),
    // Path style where an endpoint is given: an emulator on an address of this machine has no host per bucket.
    s3: new S3Client({ ...options, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined }),
    secrets: new SecretsManagerClient(options),
    sns: new SNSClient(options),
  };
}

/** Closes the connections of all clients. */
export function destroyClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}
