import { CloudWatchClient, GetMetricStatisticsCommand, type Statistic } from '@aws-sdk/client-cloudwatch';
import { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeAccountLimitsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { isNamed } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';

/** A quota of the account in the region. Codes: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
export interface QuotaName {
  readonly service: string;
  readonly code: string;
}

export const ELASTIC_IPS: QuotaName = { service: 'ec2', code: 'L-0263D0A3' };
export const VPCS: QuotaName = { service: 'vpc', code: 'L-F678F1CE' };
export const FARGATE_VCPUS: QuotaName = { service: 'fargate', code: 'L-3032A538' };
export const FARGATE_SPOT_VCPUS: QuotaName = { service: 'fargate', code: 'L-36FBB829' };

/** The quota itself: as it was raised for the account, else AWS's default; null when it does not say. */
export async function readQuota(
  session: Session,
  { service, code }: QuotaName,
): Promise<ServiceQuota | null> {
  const client = new ServiceQuotasClient(clientOptions(session));
  const request = { ServiceCode: service, QuotaCode: code };
  try {
    return (await client.send(new GetServiceQuotaCommand(request))).Quota ?? null;
  } catch (error) {
    if (!isNamed(error, 'NoSuchResourceException')) throw error;
    return (await client.send(new GetAWSDefaultServiceQuotaCommand(request))).Quota ?? null;
  }
}

/** How much of a quota is used, by the metric that Service Quotas names for it; null without one, or without data. */
export async function readUsage(session: Session, quota: ServiceQuota): Promise<number | null> {
  const metric = quota.UsageMetric;
  if (metric?.MetricNamespace === undefined || metric.MetricName === undefined) return null;
  const statistic = (metric.MetricStatisticRecommendation ?? 'Maximum') as Statistic; // the API documents it as a statistic's name
  const { Datapoints = [] } = await new CloudWatchClient(clientOptions(session)).send(
    new GetMetricStatisticsCommand({
      Namespace: metric.MetricNamespace,
      MetricName: metric.MetricName,
      Dimensions: Object.entries(metric.MetricDimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(),
      Period: 300,
      Statistics: [statistic],
    }),
  );
  const latest = Datapoints.sort((a, b) => Number(b.Timestamp ?? 0) - Number(a.Timestamp ?? 0))[0];
  return latest?.Maximum ?? latest?.Average ?? latest?.Sum ?? null;
}

/** Elastic IP addresses that the account has in the region. */
export async function countAddresses(session: Session): Promise<number> {
  const { Addresses = [] } = await ec2(session).send(new DescribeAddressesCommand({}));
  return Addresses.length;
}

/** Networks that the account has in the region. */
export async function countVpcs(session: Session): Promise<number> {
  const { Vpcs = [] } = await ec2(session).send(new DescribeVpcsCommand({}));
  return Vpcs.length;
}

/** Rules that a load balancer may have besides the default ones; null when AWS does not say. */
export async function readRulesLimit(session: Session): Promise<number | null> {
  const { Limits = [] } = await new ElasticLoadBalancingV2Client(clientOptions(session)).send(
    new DescribeAccountLimitsCommand({}),
  );
  const limit = Limits.find(({ Name }) => Name === 'rules-per-application-load-balancer')?.Max;
  return limit === undefined ? null : Number(limit);
}

function ec2(session: Session): EC2Client {
  return new EC2Client(clientOptions(session));
}
