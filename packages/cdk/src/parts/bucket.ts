import { type BucketPlan, entry } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { constructId } from '../construct-id.ts';
import { REMOVAL_POLICIES } from '../removal.ts';
import { addTags } from '../tags.ts';
import type { ApplyTransform } from '../transform.ts';

type Encryption = Pick<s3.BucketProps, 'encryption' | 'encryptionKey' | 'bucketKeyEnabled'>;

function encryption(plan: BucketPlan, keys: Readonly<Record<string, kms.IKey>>): Encryption {
  if (plan.encryption === 'AES256') return { encryption: s3.BucketEncryption.S3_MANAGED };
  const { bucketKey: bucketKeyEnabled } = plan;
  if (plan.encryptionKey === null) return { encryption: s3.BucketEncryption.KMS_MANAGED, bucketKeyEnabled };
  return {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: entry(keys, plan.encryptionKey, 'key'),
    bucketKeyEnabled,
  };
}

function lifecycle(plan: BucketPlan): Pick<s3.BucketProps, 'lifecycleRules'> {
  if (plan.expireDays === null) return {};
  return {
    lifecycleRules: [
      {
        id: 'expire',
        expiration: Duration.days(plan.expireDays),
        ...(plan.expireOldVersionsDays === null
          ? {}
          : { noncurrentVersionExpiration: Duration.days(plan.expireOldVersionsDays) }),
      },
    ],
  };
}

/** A bucket of the plan: private, encrypted, reached by TLS only. */
export function createBucket(
  scope: Construct,
  plan: BucketPlan,
  keys: Readonly<Record<string, kms.IKey>>,
  transform: ApplyTransform,
): s3.Bucket {
  const props: s3.BucketProps = {
    bucketName: plan.name,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: plan.enforceTls,
    versioned: plan.versioned,
    removalPolicy: REMOVAL_POLICIES[plan.removal],
    ...encryption(plan, keys),
    ...lifecycle(plan),
  };
  const bucket = new s3.Bucket(scope, constructId(plan.key), transform('bucket', plan.key, props));
  addTags(bucket, plan.tags);
  return bucket;
}
