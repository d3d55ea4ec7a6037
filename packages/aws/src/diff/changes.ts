import type { Toolkit } from '@aws-cdk/toolkit-lib';
import type { Plan, StackPart } from '@breakwater/plan';
import { givenName, guardedKind, type Template, type TemplateResource } from '../stacks/template.ts';
import { interruptionOf } from './interruptions.ts';
import { keysOf } from './names.ts';
import { type Refusal, refusalOf } from './refusals.ts';
import { sentenceOf } from './sentences.ts';

/** What the toolkit found to differ in one stack. */
export type TemplateDiff = Awaited<ReturnType<Toolkit['diff']>>[string];

/** What becomes of a resource. `replace`: a new one is made, then the old one is deleted. `release`: it is kept, but no stack manages it any more. */
export type ChangeAction = 'create' | 'update' | 'replace' | 'delete' | 'release';

/** What a deployment would do to one resource. */
export interface ResourceChange {
  readonly logicalId: string;
  /** `AWS::RDS::DBCluster` */
  readonly type: string;
  /** Key in the plan where it is known, else the resource's name or logical id: what `acceptDataLoss` takes. */
  readonly key: string;
  readonly action: ChangeAction;
  /** Whether CloudFormation only says that it may be replaced. It then counts as replaced. */
  readonly uncertain: boolean;
  /** Properties that differ. */
  readonly properties: readonly string[];
  /** Whether requests may fail, or the resource is away for a while. */
  readonly interrupts: boolean;
  /** Whether data, images or keys are gone afterwards. */
  readonly losesData: boolean;
  /** Whether it is only done when its key is accepted: everything that loses data, and a load balancer, which loses its address. */
  readonly guarded: boolean;
  /** Why AWS would refuse it, and what to do instead; null where it can be done. */
  readonly refusal: Refusal | null;
  /** In words. */
  readonly sentence: string;
}

/** What becomes of a stack and its resources. */
export interface StackChange {
  /** Null for a stack that the plan no longer has. */
  readonly stack: StackPart | null;
  readonly name: string;
  readonly action: 'create' | 'update' | 'delete' | 'none';
  readonly resources: readonly ResourceChange[];
}

/** Where a resource stands. */
export interface ChangeContext {
  /** Null where only the stacks are known: keys and words are then those of the templates. */
  readonly plan: Plan | null;
  readonly stack: StackPart | null;
}

const ACTIONS: Readonly<Record<string, ChangeAction | null>> = {
  WILL_CREATE: 'create',
  WILL_IMPORT: 'create',
  WILL_UPDATE: 'update',
  WILL_REPLACE: 'replace',
  MAY_REPLACE: 'replace',
  WILL_DESTROY: 'delete',
  WILL_ORPHAN: 'release',
  NO_CHANGE: null,
};

/** The changes of one stack that CloudFormation (or, without a stack, the templates) would make. */
export function resourceChanges(diff: TemplateDiff, context: ChangeContext): ResourceChange[] {
  return Object.entries(diff.resources.changes).flatMap(([logicalId, change]) => {
    const resource = change.newValue ?? change.oldValue;
    const impact = change.changeImpact;
    const action = ACTIONS[impact] ?? null;
    if (resource === undefined || action === null || resource.Type === 'AWS::CDK::Metadata') return [];
    const properties = change.isUpdate ? Object.keys(change.propertyUpdates) : [];
    // Only attributes outside `Properties` differ: metadata and the like change nothing that runs.
    if (action === 'update' && properties.length === 0) return [];
    const uncertain = impact === 'MAY_REPLACE';
    return [changeOf({ logicalId, resource, old: change.oldValue, action, uncertain, properties }, context)];
  });
}

/** What a stack that is not there yet would create. */
export function creationOf(template: Template, context: ChangeContext): ResourceChange[] {
  return Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) => {
    if (resource.Type === 'AWS::CDK::Metadata') return [];
    const old = undefined;
    return [
      changeOf({ logicalId, resource, old, action: 'create', uncertain: false, properties: [] }, context),
    ];
  });
}

/** What happens to the resources of a stack that is deleted as a whole. */
export function deletionOf(template: Template, context: ChangeContext): ResourceChange[] {
  return Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) => {
    if (resource.Type === 'AWS::CDK::Metadata') return [];
    const kept = resource.DeletionPolicy === 'Retain' || resource.DeletionPolicy === 'RetainExceptOnCreate';
    const action = kept ? 'release' : 'delete';
    return [
      changeOf({ logicalId, resource, old: resource, action, uncertain: false, properties: [] }, context),
    ];
  });
}

/** One difference, before it is put into words. */
export interface RawChange {
  readonly logicalId: string;
  /** As it will be, or as it was where it goes. */
  readonly resource: TemplateResource;
  /** As it was; nothing where it is new. */
  readonly old: TemplateResource | undefined;
  readonly action: ChangeAction;
  readonly uncertain: boolean;
  readonly properties: readonly string[];
}

function changeOf(raw: RawChange, context: ChangeContext): ResourceChange {
  const { logicalId, resource, old, action, uncertain, properties } = raw;
  const destructive = action === 'delete' || action === 'replace';
  const kind = destructive ? guardedKind(old ?? resource) : null;
  const keptOnReplace = action === 'replace' && old?.UpdateReplacePolicy === 'Retain';
  const guarded = kind !== null && !(keptOnReplace && kind !== 'load balancer');
  return {
    logicalId,
    type: resource.Type,
    key: keysOf(logicalId, old ?? resource, context)[0] ?? givenName(resource) ?? logicalId,
    action,
    uncertain,
    properties,
    interrupts: interruptionOf(raw, context),
    losesData: guarded && kind !== 'load balancer',
    guarded,
    refusal: refusalOf(raw),
    sentence: sentenceOf(raw, context),
  };
}
