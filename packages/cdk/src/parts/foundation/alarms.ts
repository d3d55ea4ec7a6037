import { byKey, type Plan } from '@breakwater/plan';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { Foundation } from '../../parts.ts';
import type { ApplyTransform } from '../../transform.ts';
import { createAlarm } from '../alarm.ts';

/** The alarms that watch no service; those of a service stand with it. */
export function createAlarms(
  scope: Construct,
  plan: Plan,
  loadBalancer: Foundation['loadBalancer'],
  topics: Foundation['topics'],
  transform: ApplyTransform,
): Readonly<Record<string, Alarm>> {
  const own = Object.values(plan.alarms).filter(({ service }) => service === null);
  return byKey(own, (alarm) =>
    createAlarm(scope, constructId(alarm.key), alarm, { loadBalancer, services: {} }, topics, transform),
  );
}
