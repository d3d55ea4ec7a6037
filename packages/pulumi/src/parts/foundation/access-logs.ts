import { entry } from '@breakwater/plan';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../../scope.ts';
import { type BucketResources, createBucket } from '../bucket.ts';

/** The bucket of the load balancer's access logs; null when they are off. */
export function createAccessLogs(scope: Scope): BucketResources | null {
  const { plan, place } = scope;
  const accessLogs = plan.loadBalancer?.accessLogs ?? null;
  if (accessLogs === null) return null;
  const bucketPlan = entry(plan.buckets, accessLogs.bucket, 'bucket');
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
  return createBucket(scope, bucketPlan, {}, (bucket) => [
    {
      Sid: 'LoadBalancerLogs',
      Effect: 'Allow',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: pulumi.interpolate`${bucket.arn}/${accessLogs.prefix}/AWSLogs/${place.account}/*`,
      Condition: { ArnLike: { 'aws:SourceArn': place.arn('elasticloadbalancing', 'loadbalancer/*') } },
    },
  ]);
}
