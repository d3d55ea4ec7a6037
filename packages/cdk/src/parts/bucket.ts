import type { BucketPlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { constructId, entry } from '../entry.ts';
import { REMOVAL_POLICIES } from '../removal.ts';
import { addTags } from '../tags.ts';
import type { ApplyTransform } from '../transform.ts';

type Encryption = Pick<s3.BucketProps, 'encryption' | 'encryptionKey' | 'bucketKeyEnabled'>;

function encryption(plan: BucketPlan, keys: Readonly<Record<string, kms.IKey>>): Encryption {
  if (plan.encryption === 'AES256') return { encryption: s3.BucketEncryption.S3_MANAGED };
  // One data key per bucket instead of one per object: a hundredth of the calls to KMS.
  if (plan.encryptionKey === null)
    return { encryption: s3.BucketEncryption.KMS_MANAGED, bucketKeyEnabled: true };
  return {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: entry(keys, plan.encryptionKey, 'key'),
    bucketKeyEnabled: true,
  };
}

function lifecycle(plan: BucketPlan): Pick<s3.BucketProps, 'lifecycleRules'> {
  if (plan.expireDays === null) return {};
  const after = Duration.days(plan.expireDays);
  return {
    lifecycleRules: [
      {
        id: 'expire',
        expiration: after,
        // Where there are versions, an expired object is only hidden until its version expires too.
        ...(plan.versioned ? { noncurrentVersionExpiration: after } : {}),
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
