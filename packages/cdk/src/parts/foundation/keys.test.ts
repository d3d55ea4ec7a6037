import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

const plan = planOf(payments);
const template = () => partsOf(plan).template('foundation');

describe('keys', () => {
  it('let CloudWatch Logs of this Region use them, for the log groups of the plan only', () => {
    const arn = (name: string) => ({
      'Fn::Join': ['', ['arn:aws:logs:us-east-1:', { Ref: 'AWS::AccountId' }, `:log-group:${name}`]],
    });
    template().hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'logs.us-east-1.amazonaws.com' },
            Condition: {
              ArnEquals: {
                'kms:EncryptionContext:aws:logs:arn': [
                  arn('/ecs/payments-exec-dev'),
                  arn('/aws/lambda/rotation-database-credentials-secret-dev'),
                  arn('/ecs/notification-logs-dev'),
                  arn('/ecs/order-logs-dev'),
                  arn('/ecs/payment-logs-dev'),
                ],
              },
            },
          }),
        ]),
      },
    });
    template().hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/payments-logs-dev' });
  });

  it('are there, policy and all, before a log group asks for them', () => {
    const [key] = Object.keys(template().findResources('AWS::KMS::Key'));
    template().allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] } });
  });

  it('make sessions of ECS Exec insist on the encrypted log group', () => {
    template().hasResourceProperties('AWS::ECS::Cluster', {
      Configuration: {
        ExecuteCommandConfiguration: {
          Logging: 'OVERRIDE',
          LogConfiguration: { CloudWatchEncryptionEnabled: true, CloudWatchLogGroupName: Match.anyValue() },
        },
      },
    });
  });

  it('are used by the databases and buckets of the data stack without a change of their policies', () => {
    const customerKey = true;
    const stores = {
      ...payments.stores,
      'main-database': { kind: 'aurora-postgres', customerKey, credentials: { kind: 'generated-secret' } },
      archive: { kind: 'bucket', customerKey },
      journal: { kind: 'table', partitionKey: 'id', customerKey },
    };
    const parts = partsOf(planOf({ ...payments, stores }));
    const policies = Object.values(
      parts.template('foundation').findResources('AWS::KMS::Key', {
        Properties: { Description: Match.stringLikeRegexp('store/') },
      }),
    ).map(({ Properties }) => Properties.KeyPolicy.Statement.length);
    expect(policies).toEqual([1, 1, 1]);
    const key = { 'Fn::GetStackOutput': Match.objectLike({ StackName: 'payments-dev-foundation' }) };
    const data = parts.template('data');
    data.hasResourceProperties('AWS::RDS::DBCluster', { KmsKeyId: key });
    data.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
          },
        ],
      },
    });
    data.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });

  it('outlive their stack where the environment is protected', () => {
    partsOf(planOf({ ...payments, protect: true }))
      .template('foundation')
      .allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain' });
    template().allResources('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });
});
