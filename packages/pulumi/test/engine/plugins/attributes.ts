import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TYPES } from './types.ts';
import { revealed, type Values } from './values.ts';

const sdk = dirname(createRequire(import.meta.url).resolve('@pulumi/aws/package.json'));

/** Properties of a type that have no argument: only AWS decides them. Read from the SDK's generated class. */
export function outputsOf(type: string): readonly string[] {
  const [, module = ''] = /^aws:(\w+\/\w+):/.exec(type) ?? [];
  const source = readFileSync(join(sdk, `${module}.js`), 'utf8');
  return [...source.matchAll(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g)].map(
    ([, name = '']) => name,
  );
}

/** What is known of something once it is there. */
export interface Made {
  readonly id: string;
  /** The part of id or ARN that nobody else can have. */
  readonly made: string;
  readonly attributes: Values;
}

/** Where it is created. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

/** Makes up what AWS would: an id of its own at every creation, ARN, endpoints. */
export function make(type: string, inputs: Values, { region, account }: Place): Made {
  const [, service = '', kind = ''] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  const { name: nameKey, within = [], id: idKind, prefix = '' } = TYPES[type] ?? {};
  const made = `${prefix}${randomBytes(9).toString('hex').slice(0, 17)}`;
  const given = nameKey === undefined ? undefined : revealed(inputs[nameKey] ?? null);
  const name = given === undefined || given === null ? made : String(given);
  const suffix = idKind === 'arn' ? `${name}/${made}` : idKind === 'made' ? made : name;
  const arn = `arn:aws:${service}:${region}:${account}:${kind}/${suffix}`;
  const scope = within.map((key) => `${String(revealed(inputs[key] ?? null))}:`).join('');
  const id = idKind === 'arn' ? arn : idKind === 'made' || given === undefined ? made : `${scope}${name}`;
  const special: Values = {
    arn,
    arnSuffix: `${kind}/${suffix}`,
    dnsName: `${name}.${region}.example.com`,
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    registryId: account,
    endpoint: `${name}.${region}.rds.example.com`,
    readerEndpoint: `${name}.ro.${region}.rds.example.com`,
    address: `${name}.${region}.rds.example.com`,
    keyId: id,
    allocationId: id,
    revision: 1,
    ...(type === 'aws:acm/certificate:Certificate'
      ? {
          domainValidationOptions: [
            {
              domainName: inputs['domainName'] ?? null,
              resourceRecordName: `_x.${name}`,
              resourceRecordType: 'CNAME',
              resourceRecordValue: '_y.acm-validations.aws.',
            },
          ],
        }
      : {}),
  };
  const attributes = outputsOf(type).map((key) => [key, special[key] ?? `${key} of ${made}`]);
  return {
    id,
    made,
    attributes: { ...(nameKey === 'name' ? { name } : {}), ...Object.fromEntries(attributes) },
  };
}
