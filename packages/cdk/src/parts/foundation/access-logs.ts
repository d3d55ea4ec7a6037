import { entry, type Plan } from '@breakwater/plan';
import { Stack } from 'aws-cdk-lib';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ApplyTransform } from '../../transform.ts';
import { createBucket } from '../bucket.ts';
import { EmptyBuckets } from '../empty-buckets.ts';

/** The bucket of the load balancer's access logs; null when they are off. */
export function createAccessLogs(scope: Construct, plan: Plan, transform: ApplyTransform): s3.Bucket | null {
  const accessLogs = plan.loadBalancer?.accessLogs ?? null;
  if (accessLogs === null) return null;
  const stack = Stack.of(scope);
  const bucketPlan = entry(plan.buckets, accessLogs.bucket, 'bucket');
  const bucket = createBucket(scope, bucketPlan, {}, transform);
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'LoadBalancerLogs',
      principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${accessLogs.prefix}/AWSLogs/${stack.account}/*`)],
      conditions: {
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'elasticloadbalancing',
            resource: 'loadbalancer',
            resourceName: '*',
          }),
        },
      },
    }),
  );
  // Below the bucket, so that a load balancer that depends on it stops writing before it is emptied.
  if (bucketPlan.emptyOnDelete)
    new EmptyBuckets(bucket, 'EmptyBuckets', { [bucketPlan.key]: bucket }, transform);
  return bucket;
}

/**
 * Sends access logs to the bucket. Not by `logAccessLogs`, which still lets in the accounts that AWS used before there
 * was a service principal.
 */
export function sendAccessLogs(
  loadBalancer: elbv2.ApplicationLoadBalancer,
  bucket: s3.Bucket,
  prefix: string,
): void {
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  loadBalancer.setAttribute('access_logs.s3.prefix', prefix);
  // Elastic Load Balancing writes a test object at once: the bucket's policy has to be there first. And the load balancer
  // has to be gone before the bucket is emptied.
  const { children, defaultChild } = bucket.node;
  const around = children.filter((child) => child !== defaultChild);
  loadBalancer.node.defaultChild?.node.addDependency(...around);
}
