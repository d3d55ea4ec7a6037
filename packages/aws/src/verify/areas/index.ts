import type { Plan } from '@breakwater/plan';
import { AREAS, type Area, type Check } from '../check.ts';
import { alarmChecks } from './alarms.ts';
import { behaviourChecks } from './behaviour.ts';
import { clusterChecks } from './cluster.ts';
import { dashboardChecks } from './dashboard.ts';
import { databaseChecks } from './databases.ts';
import { loadBalancerChecks } from './load-balancer.ts';
import { networkChecks } from './network.ts';
import { keyChecks, logGroupChecks, topicChecks } from './operations.ts';
import { outputChecks } from './outputs.ts';
import { registryChecks } from './registries.ts';
import { scalingChecks } from './scaling.ts';
import { secretChecks } from './secrets.ts';
import { securityGroupChecks } from './security-groups.ts';
import { serviceChecks } from './services.ts';
import { stackChecks } from './stacks.ts';
import { bucketChecks, tableChecks } from './stores.ts';
import { tagChecks } from './tags.ts';
import { targetGroupChecks } from './target-groups.ts';

/** Where the checks of each area come from. */
const REGISTRY: Readonly<Record<Area, (plan: Plan) => Check[]>> = {
  outputs: outputChecks,
  network: networkChecks,
  'security-groups': securityGroupChecks,
  'load-balancer': loadBalancerChecks,
  'target-groups': targetGroupChecks,
  cluster: clusterChecks,
  services: serviceChecks,
  scaling: scalingChecks,
  registries: registryChecks,
  databases: databaseChecks,
  tables: tableChecks,
  buckets: bucketChecks,
  secrets: secretChecks,
  keys: keyChecks,
  logs: logGroupChecks,
  topics: topicChecks,
  alarms: alarmChecks,
  dashboard: dashboardChecks,
  tags: tagChecks,
  behaviour: behaviourChecks,
  stacks: stackChecks,
};

/** All checks of a plan, by area. Asks nobody: what is checked follows from the plan alone. */
export function listChecks(plan: Plan): Check[] {
  return AREAS.flatMap((area) => REGISTRY[area](plan));
}
