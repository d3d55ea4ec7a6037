import { type BucketPlan, entry } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, type Statement } from '../policy.ts';
import { child, idOf, type Scope, stored, tagsOf } from '../scope.ts';

/** A bucket with its policy, which whoever writes into it waits for. */
export interface BucketResources {
  readonly bucket: aws.s3.Bucket;
  readonly policy: aws.s3.BucketPolicy;
}

function encrypt(
  scope: Scope,
  plan: BucketPlan,
  bucket: aws.s3.Bucket,
  keys: Readonly<Record<string, aws.kms.Key>>,
): void {
  const key = plan.encryptionKey === null ? null : entry(keys, plan.encryptionKey, 'key');
  new aws.s3.BucketServerSideEncryptionConfiguration(
    idOf(scope, plan.key),
    {
      bucket: bucket.bucket,
      rules: [
        plan.encryption === 'AES256'
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: {
                sseAlgorithm: 'aws:kms',
                ...(key === null ? {} : { kmsMasterKeyId: key.arn }),
              },
              bucketKeyEnabled: plan.bucketKey,
            },
      ],
    },
    child(scope),
  );
}

function expire(scope: Scope, plan: BucketPlan, bucket: aws.s3.Bucket): void {
  if (plan.expireDays === null) return;
  new aws.s3.BucketLifecycleConfiguration(
    idOf(scope, plan.key),
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: 'expire',
          status: 'Enabled',
          filter: {},
          expiration: { days: plan.expireDays },
          ...(plan.expireOldVersionsDays === null
            ? {}
            : { noncurrentVersionExpiration: { noncurrentDays: plan.expireOldVersionsDays } }),
        },
      ],
    },
    child(scope),
  );
}

const tlsOnly = ({ arn }: aws.s3.Bucket): Statement => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:*',
  Resource: [arn, pulumi.interpolate`${arn}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** A bucket of the plan: private, encrypted, reached by TLS only. `statements` are added to its policy. */
export function createBucket(
  scope: Scope,
  plan: BucketPlan,
  keys: Readonly<Record<string, aws.kms.Key>>,
  statements: (bucket: aws.s3.Bucket) => readonly Statement[] = () => [],
): BucketResources {
  const bucket = new aws.s3.Bucket(
    idOf(scope, plan.key),
    scope.transform('bucket', plan.key, {
      bucket: plan.name,
      forceDestroy: plan.emptyOnDelete,
      tags: tagsOf(scope, plan.tags),
    }),
    stored(scope, plan.removal),
  );
  encrypt(scope, plan, bucket, keys);
  expire(scope, plan, bucket);
  if (plan.versioned)
    new aws.s3.BucketVersioning(
      idOf(scope, plan.key),
      { bucket: bucket.bucket, versioningConfiguration: { status: 'Enabled' } },
      child(scope),
    );
  const block = new aws.s3.BucketPublicAccessBlock(
    idOf(scope, plan.key),
    {
      bucket: bucket.bucket,
      blockPublicAcls: plan.blockPublicAccess,
      blockPublicPolicy: plan.blockPublicAccess,
      ignorePublicAcls: plan.blockPublicAccess,
      restrictPublicBuckets: plan.blockPublicAccess,
    },
    child(scope),
  );
  const policy = new aws.s3.BucketPolicy(
    idOf(scope, plan.key),
    {
      bucket: bucket.bucket,
      policy: policyDocument([...(plan.enforceTls ? [tlsOnly(bucket)] : []), ...statements(bucket)]),
    },
    // S3 refuses two changes of a bucket's access at a time.
    child(scope, { dependsOn: [block] }),
  );
  return { bucket, policy };
}
