import type { PolicyTarget, Removal, StatementModel, Tags } from '../model.ts';
import type { Resource } from './assembly.ts';
import { type Json, list, object, text, texts } from './json.ts';

const NAMED =
  /^arn:aws:(?:dynamodb:[^:]*:[^:]*:table\/(?<table>[^/:]+)(?<index>\/index\/.*)?|s3:::(?<bucket>[^/:*]+)(?<objects>\/.*)?|secretsmanager:[^:]*:[^:]*:secret:(?<secret>[^:]+?)(?:-\?{6})?|ecr:[^:]*:[^:]*:repository\/(?<repository>[^*]+?)|logs:[^:]*:[^:]*:log-group:(?<group>[^:*]+)(?::.*)?|kms:[^:]*:[^:]*:key\/(?<key>.+))$/;

/** What a policy's resource is, by its ARN. */
export function policyTarget(arn: string): PolicyTarget {
  if (arn === '*') return { kind: 'any' };
  const reference = /^<key (.+) arn>$/.exec(arn)?.[1];
  if (reference !== undefined) return { kind: 'key', name: reference };
  const found = NAMED.exec(arn)?.groups;
  if (found?.['table']) return { kind: found['index'] ? 'table-index' : 'table', name: found['table'] };
  if (found?.['bucket'])
    return { kind: found['objects'] ? 'bucket-objects' : 'bucket', name: found['bucket'] };
  if (found?.['secret']) return { kind: 'secret', name: found['secret'] };
  if (found?.['repository']) return { kind: 'repository', name: found['repository'] };
  if (found?.['group']) return { kind: 'log-group', name: found['group'] };
  if (found?.['key']) return { kind: 'key', name: found['key'] };
  return { kind: 'other', arn };
}

/** The name of what a reference, an ARN or a plain name stands for. */
export function nameIn(value: string | null): string {
  if (value === null) return '';
  const reference = /^<[\w-]+ (.+) [\w-]+>$/.exec(value)?.[1];
  if (reference !== undefined) return reference;
  const target = policyTarget(value);
  if ('name' in target) return target.name;
  const balancer = /(?:^|:)(?:loadbalancer\/app|targetgroup)\/([^/]+)\/id$/.exec(value)?.[1];
  if (balancer !== undefined) return balancer;
  return value.startsWith('arn:') ? (value.split(/[:/]/).at(-1) ?? value) : value;
}

export function namesIn(value: unknown, ...path: readonly string[]): readonly string[] {
  return texts(value, ...path).map(nameIn);
}

/** Tags as they stand on a resource, in each of the shapes that CloudFormation has for them. */
export function tagsOf({ type, properties }: Pick<Resource, 'type' | 'properties'>): Tags {
  const source =
    type === 'AWS::DynamoDB::GlobalTable'
      ? object({ replica: list(properties, 'Replicas')[0] }, 'replica')['Tags']
      : (properties['Tags'] ?? properties['HostedZoneTags']);
  if (Array.isArray(source))
    return Object.fromEntries(source.map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']));
  return Object.fromEntries(
    Object.entries(object({ source }, 'source')).map(([key, value]) => [key, String(value)]),
  );
}

/** What CloudFormation does when nothing is said: databases leave a snapshot, everything else goes. */
export function removalOf({ type, properties, deletionPolicy }: Resource): Removal {
  if (deletionPolicy === null) {
    const snapshot =
      type === 'AWS::RDS::DBCluster' ||
      (type === 'AWS::RDS::DBInstance' && text(properties, 'DBClusterIdentifier') === null);
    return snapshot ? 'snapshot' : 'destroy';
  }
  return deletionPolicy === 'Snapshot' ? 'snapshot' : deletionPolicy === 'Delete' ? 'destroy' : 'retain';
}

/** The statements of a policy document. */
export function statementsOf(document: unknown): readonly StatementModel[] {
  return list(document, 'Statement').map((statement) => ({
    effect: text(statement, 'Effect') === 'Deny' ? 'Deny' : 'Allow',
    actions: [...texts(statement, 'Action'), ...texts(statement, 'NotAction').map((each) => `not ${each}`)],
    targets: [
      ...texts(statement, 'Resource').map(policyTarget),
      ...texts(statement, 'NotResource').map((arn): PolicyTarget => ({ kind: 'other', arn: `not ${arn}` })),
    ],
    principals: principals(statement),
    conditions: Object.fromEntries(
      Object.entries(object(statement, 'Condition')).map(([operator, keys]) => [
        operator,
        Object.fromEntries(
          Object.keys(object({ keys }, 'keys')).map((key) => [key, texts({ keys }, 'keys', key)]),
        ),
      ]),
    ),
  }));
}

function principals(statement: unknown): readonly string[] {
  const given = object({ statement }, 'statement')['Principal'];
  if (typeof given === 'string') return [given];
  return Object.entries(object({ given }, 'given')).flatMap(([kind, value]) =>
    texts({ value }, 'value').map((each) => (each === '*' ? '*' : `${kind}:${each}`)),
  );
}

/** Those of `resources` whose property leads to the resource of that name. */
export function pointingAt(
  resources: readonly Resource[],
  property: string,
  name: string,
): readonly Resource[] {
  return resources.filter(({ properties }) => namesIn(properties, property).includes(name));
}

/** Properties, without expressions, of the only resource; an empty object where there is none. */
export function propertiesOf(resource: Resource | undefined): Json {
  return resource?.properties ?? {};
}
