import { ACCOUNT } from '../cloudformation/assembly.ts';
import { isJson, text } from '../cloudformation/json.ts';
import { TYPES } from '../cloudformation/types.ts';
import { TRANSLATIONS } from './translations.ts';

interface Place {
  readonly region: string;
  readonly account: string;
}

interface Created {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What only exists once something is created, in the words of the model, by the argument's name in Pulumi. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'aws:ec2/eip:Eip': ['allocationId'],
  'aws:lb/loadBalancer:LoadBalancer': ['arnSuffix', 'dnsName', 'zoneId'],
  'aws:lb/targetGroup:TargetGroup': ['arnSuffix'],
  'aws:ecr/repository:Repository': ['repositoryUrl'],
  'aws:rds/cluster:Cluster': ['endpoint', 'readerEndpoint'],
  'aws:rds/instance:Instance': ['address'],
  'aws:kms/key:Key': ['keyId'],
};

const WORDS: Readonly<Record<string, string>> = {
  allocationId: 'allocation-id',
  dnsName: 'dns-name',
  zoneId: 'zone-id',
  endpoint: 'host',
  readerEndpoint: 'reader-host',
  address: 'host',
  keyId: 'id',
};

/** Id and attributes of what a program creates, as `<vpc vpc-catalog-dev id>`: the answers that `inspect` gives a program. */
export function pulumiResourceAnswer(
  created: Created,
  { region, account = null }: { readonly region: string; readonly account?: string | null },
): { readonly id: string; readonly state: Readonly<Record<string, unknown>> } {
  const place = { region, account: account ?? ACCOUNT };
  const special = SPECIAL[created.type]?.(created, place);
  if (special) return special;
  const translation = TRANSLATIONS[created.type];
  const facts = translation === undefined ? undefined : TYPES[translation.type];
  if (translation === undefined || facts === undefined) {
    const id = `<${created.type} ${created.name} id>`;
    return { id, state: { arn: `<${created.type} ${created.name} arn>` } };
  }
  const name = facts.name(translation.properties(created.inputs, { ignoreChanges: [] })) ?? created.name;
  const arn = facts.arn
    ? // The provider's ARNs of log groups are without the streams.
      `arn:aws:${facts.arn(name, place)}`.replace(/(:log-group:.*):\*$/, '$1')
    : `<${facts.kind} ${name} arn>`;
  const attribute = (key: string): string => {
    if (key === 'arnSuffix')
      return facts.kind === 'load-balancer' ? `app/${name}/id` : `targetgroup/${name}/id`;
    if (key === 'repositoryUrl') return `${place.account}.dkr.ecr.${region}.amazonaws.com/${name}`;
    return `<${facts.kind} ${name} ${WORDS[key] ?? key}>`;
  };
  return {
    id: facts.ref === 'name' ? name : facts.ref === 'arn' ? arn : `<${facts.kind} ${name} id>`,
    state: {
      name,
      arn,
      ...Object.fromEntries((ATTRIBUTES[created.type] ?? []).map((key) => [key, attribute(key)])),
    },
  };
}

/** How CloudFormation writes a value that it reads from a secret. */
const resolved = (secret: string, key: string): string =>
  `{{resolve:secretsmanager:${secret}:SecretString:${key}::}}`;

const SPECIAL: Readonly<
  Record<string, (created: Created, place: Place) => ReturnType<typeof pulumiResourceAnswer>>
> = {
  // Whoever reads a version gets words for its values.
  'aws:secretsmanager/secretVersion:SecretVersion': ({ name, inputs }) => {
    const secret = text(inputs, 'secretId') ?? '';
    const fields: unknown = JSON.parse(text(inputs, 'secretString') ?? '{}');
    const words = Object.keys(isJson(fields) ? fields : {}).map((key) => [key, resolved(secret, key)]);
    return { id: name, state: { arn: secret, secretString: JSON.stringify(Object.fromEntries(words)) } };
  },
  'aws:acm/certificate:Certificate': ({ inputs }) => {
    const domain = text(inputs, 'domainName') ?? '';
    const arn = `<certificate ${domain} arn>`;
    const option = (part: string) => `<certificate ${domain} validation-${part}>`;
    const resourceRecord = {
      resourceRecordName: option('name'),
      resourceRecordType: 'CNAME',
      resourceRecordValue: option('value'),
    };
    return { id: arn, state: { arn, domainValidationOptions: [{ domainName: domain, ...resourceRecord }] } };
  },
  'aws:lambda/function:Function': ({ name, inputs }, { region, account }) => {
    const own = text(inputs, 'name') ?? name;
    return { id: own, state: { name: own, arn: `arn:aws:lambda:${region}:${account}:function:${own}` } };
  },
  'aws:route53/record:Record': ({ name, inputs }) => ({ id: name, state: { fqdn: text(inputs, 'name') } }),
};

/** The start of a password that nobody has made: the rules for it follow as JSON. */
export const PASSWORD = '<random-password ';

/**
 * What functions of the AWS provider give, in the words of the model.
 * @throws Error for a function that it does not know
 */
export function pulumiCallAnswer(
  token: string,
  args: Readonly<Record<string, unknown>>,
  {
    region,
    account = null,
    secrets = {},
  }: {
    readonly region: string;
    readonly account?: string | null;
    /** The plan's, whose fields the account has. */
    readonly secrets?: Readonly<
      Record<string, { readonly name: string; readonly fields: readonly string[] }>
    >;
  },
): Readonly<Record<string, unknown>> {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: account ?? ACCOUNT };
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws', dnsSuffix: 'amazonaws.com' };
    case 'aws:secretsmanager/getRandomPassword:getRandomPassword':
      return { randomPassword: `${PASSWORD}${JSON.stringify(args)}>` };
    case 'aws:secretsmanager/getSecretVersion:getSecretVersion': {
      const secret = text(args, 'secretId') ?? '';
      const planned = Object.values(secrets).find(({ name }) => name === secret)?.fields ?? [];
      const fields = [...new Set(['username', 'password', ...planned])];
      const words = fields.map((key) => [key, resolved(secret, key)]);
      return { secretString: JSON.stringify(Object.fromEntries(words)) };
    }
    case 'aws:route53/getZone:getZone':
      return { zoneId: `<hosted-zone ${text(args, 'name')} id>` };
    default:
      throw new Error(
        `The program asks ${token} of AWS in ${region}, which the conformance suite cannot answer.`,
      );
  }
}
