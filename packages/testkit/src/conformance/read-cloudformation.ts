import { type Assembly, evaluateStacks, type StackTemplate } from './cloudformation/assembly.ts';
import {
  readClusters,
  readNamespaces,
  readRepositories,
  readScaling,
  readServices,
  readTaskDefinitions,
} from './cloudformation/compute.ts';
import {
  readCertificates,
  readListeners,
  readLoadBalancers,
  readRecords,
  readTargetGroups,
} from './cloudformation/entry.ts';
import {
  readEndpoints,
  readNatGateways,
  readSecurityGroups,
  readSubnets,
  readVpcs,
} from './cloudformation/network.ts';
import {
  readAlarms,
  readDashboards,
  readKeys,
  readLogGroups,
  readRoles,
  readTopics,
} from './cloudformation/operations.ts';
import { readBuckets, readDatabases, readSecrets, readTables } from './cloudformation/stores.ts';
import { hasOwnName, TAGGED_BUT_UNREAD, TYPES } from './cloudformation/types.ts';
import { removalOf, tagsOf } from './cloudformation/words.ts';
import type { Model } from './model.ts';

/**
 * Reads what CloudFormation would create from the templates of a system's stacks.
 *
 * @param stacks every stack of the system: references lead from one into another
 * @param options.account twelve digits where the templates name an account of their own
 * @throws Error for an expression that leads nowhere
 *
 * @example
 * const model = readCloudFormation(
 *   assembly.stacks.map(({ stackName, template }) => ({ stackName, template })),
 *   { region: 'eu-south-1' },
 * );
 */
export function readCloudFormation(
  stacks: readonly StackTemplate[],
  options: { readonly region: string; readonly account?: string | null },
): Model {
  return readAssembly(evaluateStacks(stacks, options), JSON.stringify(stacks));
}

/** Reads evaluated resources, whichever target they come from. `text` is all that was emitted. */
export function readAssembly(assembly: Assembly, text: string): Model {
  return {
    region: assembly.region,
    vpcs: readVpcs(assembly),
    subnets: readSubnets(assembly),
    natGateways: readNatGateways(assembly),
    securityGroups: readSecurityGroups(assembly),
    endpoints: readEndpoints(assembly),
    repositories: readRepositories(assembly),
    clusters: readClusters(assembly),
    namespaces: readNamespaces(assembly),
    services: readServices(assembly),
    taskDefinitions: readTaskDefinitions(assembly),
    roles: readRoles(assembly),
    loadBalancers: readLoadBalancers(assembly),
    listeners: readListeners(assembly),
    targetGroups: readTargetGroups(assembly),
    scaling: readScaling(assembly),
    databases: readDatabases(assembly),
    secrets: readSecrets(assembly),
    tables: readTables(assembly),
    buckets: readBuckets(assembly),
    logGroups: readLogGroups(assembly),
    keys: readKeys(assembly),
    topics: readTopics(assembly),
    alarms: readAlarms(assembly),
    dashboards: readDashboards(assembly),
    records: readRecords(assembly),
    certificates: readCertificates(assembly),
    resources: assembly.resources.map((resource) => ({
      kind: TYPES[resource.type]?.kind ?? resource.type,
      name: hasOwnName(resource.type, resource.name, resource.logicalId) ? resource.name : null,
      removal: removalOf(resource),
      tags: TYPES[resource.type]?.tags || TAGGED_BUT_UNREAD.includes(resource.type) ? tagsOf(resource) : null,
    })),
    outputs: assembly.outputs,
    unread: [...new Set(assembly.resources.map(({ type }) => type))]
      .filter((type) => TYPES[type] === undefined)
      .sort(),
    text,
  };
}
