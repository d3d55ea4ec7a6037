import type { Assembly, Resource } from './cloudformation/assembly.ts';
import { at, isJson, type Json, list, object, text } from './cloudformation/json.ts';
import { hasOwnName, TYPES } from './cloudformation/types.ts';
import { nameIn, statementsOf } from './cloudformation/words.ts';

/** What a system consists of, whichever target emitted it: properties by what a resource is and whose it is. */
export type Graph = ReadonlyMap<string, Json>;

/** One thing that two graphs say differently. */
export interface GraphDifference {
  /** CloudFormation's type, in the words of the model where they have one. */
  readonly type: string;
  /** Whose: name, or what it belongs to. */
  readonly resource: string;
  /** Property, with `[]` for members of lists; empty for the resource itself. */
  readonly path: string;
  /** Undefined where there is none. */
  readonly left: unknown;
  readonly right: unknown;
}

/** What tells resources without a name from each other. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::VPCGatewayAttachment': ['VpcId'],
  'AWS::EC2::Route': ['RouteTableId', 'DestinationCidrBlock'],
  'AWS::EC2::SubnetRouteTableAssociation': ['SubnetId'],
  'AWS::EC2::SecurityGroupIngress': ['GroupId', 'SourceSecurityGroupId', 'CidrIp', 'FromPort', 'ToPort'],
  'AWS::EC2::SecurityGroupEgress': ['GroupId', 'DestinationSecurityGroupId', 'CidrIp', 'FromPort', 'ToPort'],
  'AWS::EC2::FlowLog': ['ResourceId'],
  'AWS::ECS::ClusterCapacityProviderAssociations': ['Cluster'],
  'AWS::ElasticLoadBalancingV2::Listener': ['LoadBalancerArn', 'Port'],
  'AWS::ElasticLoadBalancingV2::ListenerRule': ['ListenerArn', 'Priority'],
  'AWS::ApplicationAutoScaling::ScalableTarget': ['ResourceId'],
  'AWS::IAM::Policy': ['Roles', 'PolicyName'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'Custom::S3AutoDeleteObjects': ['BucketName'],
  'AWS::SecretsManager::RotationSchedule': ['SecretId'],
  'AWS::SecretsManager::SecretTargetAttachment': ['SecretId'],
  'AWS::SecretsManager::ResourcePolicy': ['SecretId'],
  'AWS::SNS::TopicPolicy': ['Topics'],
  'AWS::SNS::Subscription': ['TopicArn', 'Protocol', 'Endpoint'],
  'AWS::Route53::RecordSet': ['Type'],
  'AWS::CertificateManager::Certificate': ['DomainName'],
  'AWS::IAM::Role': ['Description'],
  'AWS::Lambda::Function': ['Description'],
  'AWS::Lambda::Permission': ['FunctionName', 'Principal'],
};

/** Properties that hold a policy. */
const POLICIES = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'KeyPolicy', 'ResourcePolicy']);

/** A system's resources as one graph, names of targets' own making replaced by what they are. */
export function graphOf(assembly: Assembly): Graph {
  const resources = withNames(assembly.resources.flatMap(apart));
  return new Map(resources.map((each) => [identity(each), normal(each)]));
}

/** What one target has within a resource and the other beside it: rules of groups, policies of roles. */
function apart(resource: Resource): readonly Resource[] {
  const { type, properties, name } = resource;
  const without = (keys: readonly string[], made: readonly Resource[]): readonly Resource[] => [
    {
      ...resource,
      properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key))),
    },
    ...made,
  ];
  if (type === 'AWS::EC2::SecurityGroup') {
    const rules = (direction: 'Ingress' | 'Egress') =>
      list(properties, `SecurityGroup${direction}`)
        // Matches nothing: how a group is written that lets nothing out.
        .filter((rule) => text(rule, 'CidrIp') !== '255.255.255.255/32')
        .map((rule) => ({
          ...resource,
          name: resource.logicalId,
          type: `AWS::EC2::SecurityGroup${direction}`,
          properties: { GroupId: `<security-group ${name} id>`, ...object({ rule }, 'rule') },
        }));
    return without(
      ['SecurityGroupIngress', 'SecurityGroupEgress'],
      [...rules('Ingress'), ...rules('Egress')],
    );
  }
  if (type === 'AWS::IAM::Role')
    return without(
      ['Policies'],
      list(properties, 'Policies').map((policy) => ({
        ...resource,
        type: 'AWS::IAM::Policy',
        properties: { Roles: [name], ...object({ policy }, 'policy') },
      })),
    );
  return type === 'AWS::DynamoDB::GlobalTable' ? [oneTable(resource)] : [resource];
}

/** A global table with one replica, which has some of the properties, as the table that it is. */
function oneTable(resource: Resource): Resource {
  const { Replicas, ...properties } = resource.properties;
  const [replica, ...others] = list({ Replicas }, 'Replicas');
  if (replica === undefined || others.length > 0) return resource;
  const { Region: _, GlobalSecondaryIndexes: __, SSESpecification, ...own } = object({ replica }, 'replica');
  const encryption = {
    ...object(properties, 'SSESpecification'),
    ...object({ SSESpecification }, 'SSESpecification'),
  };
  return { ...resource, properties: { ...properties, ...own, SSESpecification: encryption } };
}

/** Roles and functions without a name of the plan's go by what they say they are for. */
function withNames(resources: readonly Resource[]): readonly Resource[] {
  const names = new Map(
    resources.flatMap(({ type, logicalId, name, properties }) =>
      /::(?:Role|Function)$/.test(type) && name === logicalId
        ? [[name, `(${text(properties, 'Description')})`] as const]
        : [],
    ),
  );
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const found = nameIn(value.replace(/^<AWS::Lambda::Function (\S+) \w+>$/, '$1'));
      return names.get(found) ?? value;
    }
    if (Array.isArray(value)) return value.map(rename);
    if (!isJson(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rename(each)]));
  };
  return resources.map((each) => ({
    ...each,
    properties: object({ value: rename(each.properties) }, 'value'),
  }));
}

function identity({ type, name, logicalId, properties }: Resource): string {
  const kind = TYPES[type]?.kind ?? type;
  // Roles and functions only go by what they are for where the plan names none.
  const isNamed = hasOwnName(type, name, logicalId);
  const keys = isNamed && /::(?:Role|Function)$/.test(type) ? [] : (IDENTITY[type] ?? []);
  if (isNamed && keys.length === 0) return `${kind} ${name}`;
  const told = keys.map((key) => String(properties[key] ?? '').replace(/\.$/, ''));
  return `${kind} ${told.join(' ')}`;
}

function normal({ properties }: Resource): Json {
  const entries = Object.entries(properties).map(([key, value]) => [key, normalValue(key, value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function normalValue(key: string, value: unknown): unknown {
  if (key === 'Tags') return tagMap(value);
  if (key === 'DashboardBody') return dashboard(value);
  return POLICIES.has(key) ? statements(value) : settled(value);
}

/** Each permission by itself: how many share a statement is a matter of style. */
function statements(document: unknown): readonly string[] {
  return statementsOf(document)
    .flatMap(({ actions, targets, ...rest }) =>
      actions.flatMap((action) =>
        (targets.length > 0 ? targets : [null]).map((target) =>
          JSON.stringify(settled({ action, target, ...rest })),
        ),
      ),
    )
    .sort();
}

const tagMap = (value: unknown): unknown =>
  settled(
    Array.isArray(value)
      ? Object.fromEntries(value.map((tag) => [text(tag, 'Key'), text(tag, 'Value')]))
      : value,
  );

/** Without what CloudWatch takes for granted: averages, over five minutes. */
function dashboard(body: unknown): unknown {
  const widgets = list(JSON.parse(String(body)), 'widgets').map((widget) => {
    const { metrics, yAxis: _, ...properties } = object(widget, 'properties');
    const rows = list({ metrics }, 'metrics').map((row) =>
      list({ row }, 'row').map((part) => {
        if (!isJson(part)) return part;
        const { stat, period, ...options } = part;
        return {
          ...options,
          ...(stat === undefined || stat === 'Average' ? {} : { stat }),
          ...(period === undefined || period === 300 ? {} : { period }),
        };
      }),
    );
    return { ...object({ widget }, 'widget'), properties: { ...properties, metrics: rows.map(rowText) } };
  });
  return settled(widgets);
}

/** A row as one text: namespace, name, dimensions in whatever order, options. */
function rowText(row: readonly unknown[]): string {
  const [namespace, name, ...rest] = row.filter((part) => !isJson(part)).map(String);
  const dimensions = rest.flatMap((word, index) => (index % 2 === 0 ? [`${word}=${rest[index + 1]}`] : []));
  return JSON.stringify([namespace, name, dimensions.sort(), ...row.filter(isJson).map(settled)]);
}

/** Numbers and booleans as texts, keys and members in order, what is empty left out. */
function settled(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const members = value.map(settled).filter((each) => each !== undefined);
    const sorted = [...members].sort((left, right) =>
      JSON.stringify(left) < JSON.stringify(right) ? -1 : 1,
    );
    return sorted.length === 0 ? undefined : sorted;
  }
  if (!isJson(value)) return String(value);
  const entries = Object.entries(value)
    .map(([key, each]) => [key, settled(each)] as const)
    .filter(([, each]) => each !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What two graphs say differently, resource by resource and property by property. */
export function compareGraphs(left: Graph, right: Graph): readonly GraphDifference[] {
  const found: GraphDifference[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [type = '', ...rest] = key.split(' ');
    compare(left.get(key), right.get(key), '', (path, one, other) => {
      found.push({ type, resource: rest.join(' '), path, left: one, right: other });
    });
  }
  return found;
}

function compare(
  left: unknown,
  right: unknown,
  path: string,
  tell: (path: string, left: unknown, right: unknown) => void,
): void {
  if (JSON.stringify(left) === JSON.stringify(right)) return;
  if (isJson(left) && isJson(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(at(left, key), at(right, key), path === '' ? key : `${path}.${key}`, tell);
    return;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    const texts = (values: readonly unknown[]) => new Set(values.map((each) => JSON.stringify(each)));
    const [ours, theirs] = [texts(left), texts(right)];
    const only = left.filter((each) => !theirs.has(JSON.stringify(each)));
    const others = right.filter((each) => !ours.has(JSON.stringify(each)));
    const count = Math.max(only.length, others.length);
    for (let index = 0; index < count; index += 1) compare(only[index], others[index], `${path}[]`, tell);
    return;
  }
  tell(path, left, right);
}
