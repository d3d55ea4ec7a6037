// Answers Pulumi's engine in the place of `pulumi-resource-aws`: it keeps an account in a file instead of asking AWS. What the
// engine decides by is as strict as AWS: names that are taken, arguments that make a new resource, ids that only exist afterwards.
import { randomBytes } from 'node:crypto';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { openAccount } from './account.ts';
import { make, outputsOf } from './attributes.ts';
import { servePlugin } from './serve.ts';
import { replacing, TYPES } from './types.ts';
import { revealed, same, texts, UNKNOWN, type Value, type Values } from './values.ts';

const folder = process.env['BREAKWATER_ENGINE_ACCOUNT'];
if (folder === undefined)
  throw new Error('BREAKWATER_ENGINE_ACCOUNT does not say which folder holds the account.');
const account = openAccount(folder);
const place = { region: 'unconfigured', account: '123456789012' };

type Struct = InstanceType<typeof struct.Struct>;
// A struct holds JSON.
const read = (given: Struct | undefined): Values => (given?.toJavaScript() ?? {}) as Values;
// The same the other way round; the library's type wants values that can be written to.
const written = (values: Values): Struct => struct.Struct.fromJavaScript(values as never);
const typeOf = (urn: string): string => urn.split('::').at(2)?.split('$').at(-1) ?? '';

/** What a text says when an output was written into it as a text: nothing that AWS could mean, outside of a function's code. */
const MISTAKES = /Calling \[toString\]|\[object \w+\]|\bundefined\b|\bNaN\b/;

function check(request: InstanceType<typeof provider.CheckRequest>) {
  const response = new provider.CheckResponse();
  response.setInputs(request.getNews());
  const type = typeOf(request.getUrn());
  const failures = texts(revealed(read(request.getNews())))
    .filter(([path, text]) => MISTAKES.test(text) && !path.startsWith('code.'))
    .map(([path, text]) => ({ path, reason: `is no value: ${text.slice(0, 200)}` }));
  if (!type.startsWith('pulumi:') && TYPES[type] === undefined)
    failures.push({ path: '', reason: `${type} is not a type that this provider knows` });
  for (const { path, reason } of failures) {
    const failure = new provider.CheckFailure();
    failure.setProperty(path);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** Arguments that are not the same. */
function changes(olds: Values, news: Values): readonly string[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...keys].filter((key) => !key.startsWith('__') && !same(olds[key] ?? null, news[key] ?? null));
}

function difference(request: InstanceType<typeof provider.DiffRequest>, type: string) {
  const changed = changes(read(request.getOldInputs()), read(request.getNews()));
  const replaces = type.startsWith('pulumi:')
    ? changed.filter((key) => key === 'region')
    : replacing(type, changed);
  const response = new provider.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  return response;
}

/** What is known of a resource before it is there. */
const expected = (type: string, inputs: Values): Values => ({
  ...Object.fromEntries(outputsOf(type).map((key) => [key, UNKNOWN])),
  ...inputs,
});

/** @throws Error when the engine asks to create what it does not know */
function mustBeKnown(urn: string, inputs: Values): void {
  const unknown = texts(revealed(inputs)).filter(([, text]) => text === UNKNOWN);
  if (unknown.length > 0)
    throw new Error(`${urn}: ${unknown.map(([path]) => path).join(', ')} is not known.`);
}

function create(request: InstanceType<typeof provider.CreateRequest>) {
  const urn = request.getUrn();
  const type = typeOf(urn);
  const inputs = read(request.getProperties());
  const response = new provider.CreateResponse();
  if (request.getPreview()) {
    response.setProperties(written(expected(type, inputs)));
    return response;
  }
  mustBeKnown(urn, inputs);
  const { id, made, attributes } = make(type, inputs, place);
  const state = { ...attributes, ...inputs };
  account.create({ urn, type, id, made, inputs, state });
  response.setId(id);
  response.setProperties(written(state));
  return response;
}

function update(request: InstanceType<typeof provider.UpdateRequest>) {
  const urn = request.getUrn();
  const [type, id] = [typeOf(urn), request.getId()];
  const inputs = read(request.getNews());
  const olds = read(request.getOlds());
  const kept = outputsOf(type).flatMap((key) => (olds[key] === undefined ? [] : [[key, olds[key]] as const]));
  const state: Values = { ...Object.fromEntries(kept), ...inputs };
  if (!request.getPreview()) {
    mustBeKnown(urn, inputs);
    account.update({ urn, type, id, inputs, state });
  }
  const response = new provider.UpdateResponse();
  response.setProperties(written(state));
  return response;
}

function refresh(request: InstanceType<typeof provider.ReadRequest>) {
  const response = new provider.ReadResponse();
  const found = account.get(typeOf(request.getUrn()), request.getId());
  if (found === undefined) return response;
  response.setId(found.id);
  response.setProperties(written(found.state));
  response.setInputs(written(found.inputs));
  return response;
}

const password = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);

/** Functions of the provider that the programs ask. */
const FUNCTIONS: Readonly<Record<string, (args: Values) => Values>> = {
  'aws:index/getCallerIdentity:getCallerIdentity': () => ({ accountId: place.account }),
  'aws:index/getPartition:getPartition': () => ({ partition: 'aws', dnsSuffix: 'amazonaws.com' }),
  // Another one at every call, as from AWS; and in the open, so that only the program can make a secret of it.
  'aws:secretsmanager/getRandomPassword:getRandomPassword': ({ passwordLength }) => ({
    randomPassword: password(Number(passwordLength ?? 32)),
  }),
  'aws:secretsmanager/getSecretVersion:getSecretVersion': ({ secretId }) => {
    const type = 'aws:secretsmanager/secretVersion:SecretVersion';
    const version = account.find(type, ({ inputs }) => same(inputs['secretId'] ?? null, secretId ?? null));
    if (version === undefined) throw new Error(`couldn't find resource: secret ${String(secretId)}`);
    const value: Value = revealed(version.inputs['secretString'] ?? null);
    return { secretString: value, secretId: secretId ?? null };
  },
  'aws:route53/getZone:getZone': ({ name }) => ({ zoneId: 'Z0123456789', name: name ?? null }),
};

function invoke(request: InstanceType<typeof provider.InvokeRequest>) {
  const answer = FUNCTIONS[request.getTok()];
  if (answer === undefined)
    throw new Error(`${request.getTok()} is not a function that this provider knows.`);
  const response = new provider.InvokeResponse();
  // Functions are asked and answered in the open: the SDK marks what came from a secret.
  const args = revealed(read(request.getArgs())) as Values;
  response.setReturn(written(answer(args)));
  return response;
}

await servePlugin(ResourceProviderService, {
  getPluginInfo: () => {
    const info = new plugin.PluginInfo();
    info.setVersion('7.48.0');
    return info;
  },
  attach: () => new empty.Empty(),
  cancel: () => new empty.Empty(),
  getSchema: () => {
    const response = new provider.GetSchemaResponse();
    response.setSchema('{}');
    return response;
  },
  checkConfig: check,
  diffConfig: (request: InstanceType<typeof provider.DiffRequest>) =>
    difference(request, 'pulumi:providers:aws'),
  configure: (request: InstanceType<typeof provider.ConfigureRequest>) => {
    place.region = String(revealed(read(request.getArgs()))?.['region' as never] ?? place.region);
    const response = new provider.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  },
  check,
  diff: (request: InstanceType<typeof provider.DiffRequest>) => difference(request, typeOf(request.getUrn())),
  create,
  read: refresh,
  update,
  delete: (request: InstanceType<typeof provider.DeleteRequest>) => {
    account.delete(typeOf(request.getUrn()), request.getId());
    return new empty.Empty();
  },
  invoke,
});
