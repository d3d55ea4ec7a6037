import { resolve } from '@breakwater/plan';
import { expect, test } from 'vitest';
import { AwsError } from './aws-error.ts';
import { planOfOutputs, readPulumiOutputs } from './pulumi-outputs.ts';

function planOf(env: string, account?: string) {
  const definition = {
    name: 'books',
    region: 'eu-west-1',
    defaults: '2026-11',
    stores: { files: { kind: 'bucket' } },
    services: {
      api: { image: 'public.ecr.aws/nginx/nginx:1.29', port: 80, routes: ['/*'], uses: ['files'] },
    },
  };
  const { plan, diagnostics } = resolve(definition, { env, ...(account === undefined ? {} : { account }) });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

const plan = planOf('dev');
/** What a stack of the plan has: names as planned, the rest as AWS decides. */
const right = Object.fromEntries(
  plan.outputs.map(({ key, value }) => {
    if (value.kind === 'cluster') return [key, plan.cluster.name];
    if (value.kind === 'service') return [key, plan.services[value.service]?.name ?? ''];
    return [key, `${key} as AWS has it`];
  }),
);
const [first = ''] = Object.keys(right);

test('what Pulumi prints is read, in the order of the plan and without what the program adds', () => {
  const printed = Object.fromEntries([['extra', { deep: true }], ...Object.entries(right).reverse()]);
  const read = readPulumiOutputs(JSON.stringify(printed), plan);
  expect(Object.entries(read)).toEqual(Object.entries(right));
  expect(Object.keys(read).length).toBeGreaterThan(4);
});

test.each([
  ['nothing', '', /The outputs are empty.*said on standard error why/],
  ['broken JSON', '{"VpcId": "vpc-1"', /The outputs are not JSON.*--from -/],
  ['a list', '[]', /The outputs are no JSON object/],
  ['a stack without outputs', '{}', new RegExp(`${first} is missing; .*pulumi up`)],
  [
    'an output that is no text',
    JSON.stringify({ ...right, [first]: 1 }),
    new RegExp(`${first} is not a text`),
  ],
  ['a masked output', JSON.stringify({ ...right, [first]: '[secret]' }), new RegExp(`${first} is masked`)],
  ['an empty output', JSON.stringify({ ...right, [first]: '' }), new RegExp(`${first} is empty`)],
])('%s is refused with what to do', (_what, text, said) => {
  const read = () => readPulumiOutputs(text, plan);
  expect(read).toThrow(AwsError);
  expect(read).toThrow(
    expect.toSatisfy((error: AwsError) => said.test(`${error.message}: ${error.why} ${error.fix}`)),
  );
});

test('outputs of another environment are refused by the names among them', () => {
  const read = () => readPulumiOutputs(JSON.stringify(right), planOf('pr42'));
  expect(read).toThrow(/of another system or environment than books pr42/);
});

test('a default name of a bucket is looked at only where the account is known', () => {
  const known = planOf('dev', '123456789012');
  const bucket = {
    key: 'BucketOfFiles',
    value: { kind: 'bucket', bucket: 'files', field: 'name' },
    description: 'Name of the bucket files',
  } as const;
  const [withAccount, without] = [known, plan].map((each) => ({ ...each, outputs: [bucket] }));
  if (withAccount === undefined || without === undefined) throw new Error('two plans are two');
  const text = JSON.stringify({ BucketOfFiles: 'files-of-another-account' });
  expect(() => readPulumiOutputs(text, without)).not.toThrow();
  expect(() => readPulumiOutputs(text, withAccount)).toThrow(/of another system or environment/);
});

test('buckets tell whether a stack knew its account when it named them', () => {
  const known = planOf('dev', '123456789012');
  const nameIn = ({ buckets }: typeof plan) => buckets['files']?.name ?? '';
  const named = (FilesBucketName: string) => planOfOutputs({ ...right, FilesBucketName }, known, plan);
  expect(plan.outputs.map(({ key }) => key)).toContain('FilesBucketName');
  expect(nameIn(known)).not.toBe(nameIn(plan));
  expect(named(nameIn(known))).toBe(known);
  expect(nameIn(named(nameIn(plan)))).toBe(nameIn(plan));
  expect(named(nameIn(plan)).account).toBe('123456789012');
  // Nobody's: the account of the credentials is as good a guess as any, and the checks say what is missing.
  expect(named('another')).toBe(known);
});
