import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import storefront from '../../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

const dataOf = (definition: unknown) => partsOf(planOf(definition)).template('data');
const withStores = (stores: object) => dataOf({ ...payments, stores: { ...payments.stores, ...stores } });

describe('tables', () => {
  it('expire sessions by the attribute of the definition and are billed by request', () => {
    dataOf(storefront).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Delete',
      Properties: {
        TableName: 'user-sessions-dev',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expiry', Enabled: true },
      },
    });
  });

  it('can be restored to any second, and are kept, where the environment is protected', () => {
    const template = dataOf({ ...payments, protect: true });
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 3);
    template.allResources('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      }),
    });
  });

  it('have the sort key and indexes of the definition', () => {
    const journal = {
      kind: 'table',
      partitionKey: 'account',
      sortKey: { name: 'at', type: 'number' },
      indexes: { 'by-order': { partitionKey: 'order', sortKey: 'at-text' } },
    };
    withStores({ journal }).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [
        { AttributeName: 'account', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'at', AttributeType: 'N' }]),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-order',
          KeySchema: [
            { AttributeName: 'order', KeyType: 'HASH' },
            { AttributeName: 'at-text', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });

  it("carry the system's tags and their own", () => {
    dataOf(payments).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      TableName: 'order-book-table-dev',
      Replicas: [
        Match.objectLike({
          Tags: Match.arrayWith([
            { Key: 'ManagedBy', Value: 'Breakwater' },
            { Key: 'Service', Value: 'order' },
          ]),
        }),
      ],
    });
  });
});

describe('buckets', () => {
  it('are private, encrypted, and refuse plain HTTP', () => {
    const template = dataOf(payments);
    template.resourceCountIs('AWS::S3::Bucket', 3);
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
    template.resourceCountIs('AWS::S3::BucketPolicy', 3);
  });

  it('are emptied and go with their environment, by a function that can touch no other bucket', () => {
    const template = dataOf(payments);
    const buckets = Object.keys(template.findResources('AWS::S3::Bucket'));
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    template.allResourcesProperties('AWS::S3::Bucket', {
      Tags: Match.arrayWith([{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }]),
    });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 3);
    const roles = template.findResources('AWS::IAM::Role', {
      Properties: { Description: 'Empties buckets before they are deleted' },
    });
    const [role] = Object.values(roles);
    const text = JSON.stringify(role?.['Properties'].Policies);
    for (const bucket of buckets) expect(text).toContain(bucket);
    expect(text).not.toContain('"Resource":"*"');
    expect(role?.['Properties'].ManagedPolicyArns).toBeUndefined();
  });

  it('are kept, untouched, where the environment is protected', () => {
    const template = dataOf({ ...payments, protect: true });
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
    expect(JSON.stringify(template.findResources('AWS::S3::Bucket'))).not.toContain('auto-delete-objects');
  });

  it('let old versions expire with their objects', () => {
    withStores({ archive: { kind: 'bucket', versioned: true, expire: '90 days' } }).hasResourceProperties(
      'AWS::S3::Bucket',
      {
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'expire',
              Status: 'Enabled',
              ExpirationInDays: 90,
              NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            },
          ],
        },
      },
    );
  });
});
