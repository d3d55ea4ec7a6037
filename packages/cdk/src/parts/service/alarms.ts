import { byKey } from '@breakwater/plan';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { MetricSources } from '../../metrics.ts';
import { createAlarm } from '../alarm.ts';
import type { ServiceContext } from './context.ts';

/** The alarms that watch this service, by their keys in the plan. */
export function createAlarms(
  scope: Construct,
  { plan, key, transform, foundation }: ServiceContext,
  sources: MetricSources,
): Readonly<Record<string, Alarm>> {
  const own = Object.values(plan.alarms).filter(({ service }) => service === key);
  return byKey(own, (alarm) =>
    createAlarm(scope, `Alarm${constructId(alarm.key)}`, alarm, sources, foundation.topics, transform),
  );
}
