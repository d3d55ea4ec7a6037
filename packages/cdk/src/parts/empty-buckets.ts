import { CustomResource, Duration, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { constructId } from '../construct-id.ts';
import type { ApplyTransform } from '../transform.ts';
import { EMPTY_BUCKETS_CODE, EMPTY_TAG } from './empty-buckets-code.ts';
import { InlineFunction } from './inline-function.ts';

/**
 * Empties buckets when they are deleted, for S3 deletes none that has objects. It does what `autoDeleteObjects` of
 * `s3.Bucket` does, and is not that one because its function leaves a log group behind, has a managed policy on all log
 * groups, and is an asset, for which the account must be bootstrapped.
 */
export class EmptyBuckets extends Construct {
  constructor(
    scope: Construct,
    id: string,
    buckets: Readonly<Record<string, s3.Bucket>>,
    transform: ApplyTransform,
  ) {
    super(scope, id);
    const all = Object.values(buckets);
    const { function: emptying } = new InlineFunction(this, 'Function', {
      key: 'empty-buckets',
      description: 'Empties buckets before they are deleted',
      code: EMPTY_BUCKETS_CODE,
      timeout: Duration.minutes(15),
      environment: {},
      // What goes wrong is told to CloudFormation, which shows it.
      logGroup: null,
      statements: [
        new iam.PolicyStatement({
          actions: ['s3:GetBucketTagging', 's3:ListBucketVersions'],
          resources: all.map(({ bucketArn }) => bucketArn),
        }),
        new iam.PolicyStatement({
          actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
          resources: all.map((bucket) => bucket.arnForObjects('*')),
        }),
      ],
      transform,
    });
    for (const [key, bucket] of Object.entries(buckets)) {
      Tags.of(bucket).add(EMPTY_TAG, 'true');
      new CustomResource(this, constructId(key), {
        // The type of CDK's own, which tools know.
        resourceType: 'Custom::S3AutoDeleteObjects',
        serviceToken: emptying.functionArn,
        properties: { BucketName: bucket.bucketName },
      });
    }
  }
}
