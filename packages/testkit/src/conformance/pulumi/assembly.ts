import { ACCOUNT, type Assembly, type Resource } from '../cloudformation/assembly.ts';
import { isJson, type Json, list, object, text } from '../cloudformation/json.ts';
import { TYPES } from '../cloudformation/types.ts';
import { PASSWORD } from './answer.ts';
import type { PulumiRegistration } from './registration.ts';
import { parsed, pascal } from './shapes.ts';
import { isValidation, TRANSLATIONS, WITHIN } from './translations.ts';
import { scheduledAction } from './translations-compute.ts';

type Mutable = Record<string, unknown>;

/** A resource on its way into CloudFormation's words. */
interface Draft {
  readonly registration: PulumiRegistration;
  readonly type: string;
  readonly properties: Mutable;
}

/**
 * What a program registers, as resources of CloudFormation: the same readers then read both. Keys go by their aliases, satellites
 * of a resource become part of it, and what CloudFormation has apart is set apart.
 *
 * @param outputs the stack's outputs
 */
export function translatePulumi(
  registrations: readonly PulumiRegistration[],
  outputs: Readonly<Record<string, unknown>>,
  options: { readonly region: string; readonly account?: string | null },
): Assembly {
  const own = registrations.filter(({ custom, type }) => custom && !type.startsWith('pulumi:'));
  const drafts = own
    .filter(
      ({ type, inputs }) => !WITHIN.includes(type) && !(type.includes(':Record') && isValidation(inputs)),
    )
    .map(draft);
  for (const each of own.filter(({ type }) => WITHIN.includes(type))) putWithin(each, drafts);
  const extra = [...gatewayAttachments(drafts), ...secretAttachments(own)];
  closeSecurityGroups(drafts);
  const resources = [...drafts, ...extra].map(finish);
  return withAliases(resources, outputs, options);
}

function draft(registration: PulumiRegistration): Draft {
  const { type, inputs, options } = registration;
  const translation = TRANSLATIONS[type];
  return {
    registration,
    type: translation?.type ?? type,
    properties: { ...(translation?.properties(inputs, options) ?? inputs) },
  };
}

function nameOf({ type, properties, registration }: Draft): string {
  return TYPES[type]?.name(properties) ?? registration.name;
}

function finish(each: Draft): Resource {
  const { registration, type, properties } = each;
  const { inputs, options } = registration;
  const snapshot = inputs['skipFinalSnapshot'] === false;
  return {
    stack: '',
    logicalId: registration.name,
    type,
    name: nameOf(each),
    properties,
    deletionPolicy: options.retainOnDelete ? 'Retain' : snapshot ? 'Snapshot' : 'Delete',
  };
}

/** Finds what a satellite belongs to, and changes it. */
function putWithin({ type, inputs }: PulumiRegistration, drafts: readonly Draft[]): void {
  const find = (owner: string, name: unknown) =>
    drafts.find((each) => each.type === owner && nameOf(each) === name)?.properties ?? {};
  const bucket = () => find('AWS::S3::Bucket', inputs['bucket']);
  switch (type.split(':').at(-1)) {
    case 'LifecyclePolicy':
      find('AWS::ECR::Repository', inputs['repository'])['LifecyclePolicy'] = {
        LifecyclePolicyText: inputs['policy'],
      };
      return;
    case 'RolePolicyAttachment': {
      const role = find('AWS::IAM::Role', inputs['role']);
      role['ManagedPolicyArns'] = [...list(role, 'ManagedPolicyArns'), inputs['policyArn']];
      return;
    }
    case 'BucketServerSideEncryptionConfiguration':
      bucket()['BucketEncryption'] = {
        ServerSideEncryptionConfiguration: list(inputs, 'rules').map((rule) => {
          const { applyServerSideEncryptionByDefault: by, ...rest } = object({ rule }, 'rule');
          return {
            ...object({ rest: pascal(rest) }, 'rest'),
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: text(by, 'sseAlgorithm'),
              ...(text(by, 'kmsMasterKeyId') === null ? {} : { KMSMasterKeyID: text(by, 'kmsMasterKeyId') }),
            },
          };
        }),
      };
      return;
    case 'BucketPublicAccessBlock': {
      const { bucket: _, ...rest } = inputs;
      bucket()['PublicAccessBlockConfiguration'] = pascal(rest);
      return;
    }
    case 'BucketLifecycleConfiguration':
      bucket()['LifecycleConfiguration'] = { Rules: pascal(inputs['rules']) };
      return;
    case 'BucketVersioning':
      bucket()['VersioningConfiguration'] = pascal(inputs['versioningConfiguration']);
      return;
    case 'SecretVersion':
      generated(inputs, drafts);
      return;
    case 'ScheduledAction': {
      const target = drafts.find(
        (each) =>
          each.type === 'AWS::ApplicationAutoScaling::ScalableTarget' &&
          each.properties['ResourceId'] === inputs['resourceId'],
      )?.properties;
      if (target) target['ScheduledActions'] = [...list(target, 'ScheduledActions'), scheduledAction(inputs)];
      return;
    }
    default:
  }
}

const secretName = (id: unknown): string => /:secret:(.+)$/.exec(String(id))?.[1] ?? '';

/** The version whose password Secrets Manager makes is how the secret is generated. */
function generated(inputs: Json, drafts: readonly Draft[]): void {
  const secret = drafts.find(
    (each) => each.type === 'AWS::SecretsManager::Secret' && nameOf(each) === secretName(inputs['secretId']),
  );
  const { password, ...rest } = object({ value: parsed(inputs['secretString']) }, 'value');
  if (secret === undefined || typeof password !== 'string' || !password.startsWith(PASSWORD)) return;
  const rules = object({ value: JSON.parse(password.slice(PASSWORD.length, -1)) }, 'value');
  secret.properties['GenerateSecretString'] = {
    ...object({ value: pascal(rules) }, 'value'),
    GenerateStringKey: 'password',
    SecretStringTemplate: JSON.stringify(rest),
  };
}

/** The version with a database's address is what completes a secret. */
function secretAttachments(own: readonly PulumiRegistration[]): readonly Draft[] {
  return own.flatMap((registration) => {
    if (!registration.type.endsWith(':SecretVersion')) return [];
    const value = parsed(registration.inputs['secretString']);
    const target = text(value, 'dbClusterIdentifier') ?? text(value, 'dbInstanceIdentifier');
    if (target === null) return [];
    return [
      {
        registration,
        type: 'AWS::SecretsManager::SecretTargetAttachment',
        properties: { SecretId: registration.inputs['secretId'], TargetId: target },
      },
    ];
  });
}

/** A gateway with a VPC attaches itself. */
function gatewayAttachments(drafts: readonly Draft[]): readonly Draft[] {
  return drafts.flatMap((each) => {
    const { vpcId } = each.registration.inputs;
    if (each.type !== 'AWS::EC2::InternetGateway' || vpcId === undefined) return [];
    const properties = { VpcId: vpcId, InternetGatewayId: `<internet-gateway ${nameOf(each)} id>` };
    return [{ registration: each.registration, type: 'AWS::EC2::VPCGatewayAttachment', properties }];
  });
}

/** The provider takes away the rule that lets everything out; CDK writes one that matches nothing instead. */
function closeSecurityGroups(drafts: readonly Draft[]): void {
  const open = new Set(
    drafts
      .filter(({ type }) => type === 'AWS::EC2::SecurityGroupEgress')
      .map(({ properties }) => properties['GroupId']),
  );
  for (const each of drafts) {
    if (each.type !== 'AWS::EC2::SecurityGroup' || open.has(`<security-group ${nameOf(each)} id>`)) continue;
    each.properties['SecurityGroupEgress'] ??= [{ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' }];
  }
}

/** Keys by their aliases, wherever they are named. */
function withAliases(
  resources: readonly Resource[],
  outputs: Readonly<Record<string, unknown>>,
  { region, account }: { readonly region: string; readonly account?: string | null },
): Assembly {
  const names = new Map(
    resources.flatMap(({ type, name, properties }) => {
      const key = /^<key (.+) id>$/.exec(text(properties, 'TargetKeyId') ?? '')?.[1];
      return type === 'AWS::KMS::Alias' && key !== undefined ? [[key, name] as const] : [];
    }),
  );
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(/<key (\S+) (\w+)>/g, (_, key, word) => `<key ${names.get(key) ?? key} ${word}>`);
    if (Array.isArray(value)) return value.map(rename);
    if (!isJson(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, rename(each)]])),
    );
  };
  const all = resources.map((each) => ({
    ...each,
    name: each.type === 'AWS::KMS::Key' ? (names.get(each.name) ?? each.name) : each.name,
    properties: object({ value: rename(each.properties) }, 'value'),
  }));
  return {
    region,
    account: account ?? ACCOUNT,
    resources: all,
    outputs: Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, String(rename(value))])),
    of: (...types) => all.filter(({ type }) => types.includes(type)),
  };
}
