import type { DeploymentPlan, ServicePlan } from '@breakwater/plan';
import { givenName, guardedKind } from '../stacks/template.ts';
import type { ChangeContext, RawChange } from './changes.ts';
import { interruptionOf } from './interruptions.ts';
import { keysOf, nounOf } from './names.ts';

/** A change in words: what happens to what, and what that means for requests and data. */
export function sentenceOf(raw: RawChange, context: ChangeContext): string {
  const service = serviceOf(context);
  const { Type } = raw.resource;
  if (service !== null && Type === 'AWS::ECS::TaskDefinition') return taskDefinition(raw, service);
  if (service !== null && Type === 'AWS::ECS::Service') return ecsService(raw, service);
  const subject = `The ${nounOf(raw.resource)} ${nameOf(raw, context)}`;
  const may = raw.uncertain ? 'may' : 'would';
  switch (raw.action) {
    case 'create':
      return `${subject} is created`;
    case 'release':
      return `${subject} is kept, but no longer managed`;
    case 'update': {
      const what = raw.properties.length === 0 ? '' : ` (${raw.properties.join(', ')})`;
      return interruptionOf(raw, context)
        ? `${subject} is changed${what}: it restarts and is away for a moment`
        : `${subject} is changed in place${what}`;
    }
    case 'replace': {
      const why = raw.properties.length === 0 ? '' : ` (${raw.properties.join(', ')} cannot change in place)`;
      return `${subject} ${may} be replaced${why}${consequence(raw, context)}`;
    }
    case 'delete':
      return guardedKind(raw.resource) === null
        ? `${subject} is deleted${consequence(raw, context)}`
        : `${subject} would be deleted${consequence(raw, context)}`;
  }
}

function consequence(raw: RawChange, context: ChangeContext): string {
  const resource = raw.old ?? raw.resource;
  const policy = raw.action === 'replace' ? resource.UpdateReplacePolicy : resource.DeletionPolicy;
  switch (guardedKind(resource)) {
    case null:
      break;
    case 'load balancer':
      return raw.action === 'replace'
        ? ': it gets another address, and requests to the present one fail'
        : ': its address is gone, and requests to it fail';
    case 'image repository':
      return ': all its images are lost, also those of earlier releases';
    case 'encryption key':
      return ': what is encrypted with it can no longer be read';
    case 'secret':
      return policy === 'Retain' ? ': the present one is kept, unused' : ': its value is lost';
    default:
      if (policy === 'Retain') return ': the present one is kept, with its data, but unused';
      if (policy === 'Snapshot') return ': its data is only left in a final snapshot';
      return ': all its data is lost';
  }
  if (raw.resource.Type === 'AWS::Logs::LogGroup') return ': its log entries are lost';
  if (raw.resource.Type === 'AWS::ElasticLoadBalancingV2::ListenerRule') {
    return ': its paths are no longer answered by this service';
  }
  return interruptionOf(raw, context) ? ': requests are interrupted' : '';
}

function serviceOf({ plan, stack }: ChangeContext): ServicePlan | null {
  return stack?.startsWith('service/') ? (plan?.services[stack.slice('service/'.length)] ?? null) : null;
}

function taskDefinition(raw: RawChange, service: ServicePlan): string {
  switch (raw.action) {
    case 'create':
      return `Service ${service.key} gets its first task definition`;
    case 'delete':
    case 'release':
      return `The task definition of service ${service.key} is deregistered`;
    default:
      return `Service ${service.key} gets a new task definition: ${strategyInWords(service.deployment)}`;
  }
}

function ecsService(raw: RawChange, service: ServicePlan): string {
  switch (raw.action) {
    case 'create':
      return `Service ${service.key} is created`;
    case 'update': {
      const changed = raw.properties.filter((property) => property !== 'TaskDefinition');
      const what = changed.length === 0 ? '' : ` (${changed.join(', ')})`;
      return `Service ${service.key} is changed${what}: ${strategyInWords(service.deployment)}`;
    }
    case 'replace':
      return `Service ${service.key} would be replaced (${raw.properties.join(', ')} cannot change in place): its tasks end, requests are interrupted`;
    case 'delete':
      return `Service ${service.key} is deleted: its tasks end`;
    case 'release':
      return `Service ${service.key} is kept, but no longer managed`;
  }
}

/** How new tasks take over, and whether requests notice. */
function strategyInWords({ strategy, minimumHealthyPercent }: DeploymentPlan): string {
  switch (strategy.kind) {
    case 'rolling':
      return minimumHealthyPercent === 0
        ? 'old tasks may all end before new ones run, requests are interrupted'
        : 'rolling deployment, no interruption';
    case 'blue-green':
      return 'blue/green deployment, no interruption';
    default:
      return `${strategy.kind} deployment, no interruption`;
  }
}

function nameOf(raw: RawChange, context: ChangeContext): string {
  const resource = raw.old ?? raw.resource;
  const [best] = keysOf(raw.logicalId, resource, context);
  if (guardedKind(resource) === null) return givenName(resource) ?? best ?? raw.logicalId;
  return best ?? raw.logicalId;
}
