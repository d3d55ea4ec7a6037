import { formatDiagnostics, resolve } from '@breakwater/plan';
import { describe, expect, test } from 'vitest';
import shop from '../../../systems/shop/breakwater.config.ts';
import storefront from '../../../systems/storefront/breakwater.config.ts';
import { checkForPulumi, programOf } from '../src/index.ts';
import { type Answers, inspect } from '../src/inspect/index.ts';
import { answersFor } from './conformance-target.ts';

const ANSWERS = answersFor({ region: 'eu-south-1' });

/** Runs the program of a definition; what Pulumi was asked to create by then, and how the program failed. */
async function run(
  definition: unknown,
  { config = {}, call = ANSWERS.call }: { config?: Record<string, string>; call?: Answers['call'] } = {},
) {
  const asked: string[] = [];
  const failed = await inspect(programOf(definition), {
    project: 'shop',
    config,
    answers: {
      call,
      resource: (created) => {
        asked.push(created.type);
        return ANSWERS.resource(created);
      },
    },
  }).then(
    () => null,
    (error: Error) => error.message,
  );
  return { asked: asked.filter((type) => type !== 'pulumi:pulumi:Stack'), failed };
}

const small = {
  name: 'web',
  region: 'eu-west-1',
  defaults: '2026-11',
  services: { api: { image: 'public.ecr.aws/nginx/nginx:1.29', routes: ['/*'] } },
};

const withApi = (api: object, system: object = {}) => ({
  ...small,
  ...system,
  services: { api: { ...small.services.api, ...api } },
});

interface Bad {
  readonly definition: unknown;
  /** What the stack's settings say, in resolve's words. */
  readonly asked?: { readonly env?: string; readonly region?: string; readonly account?: string };
  /** Code and path of each error. */
  readonly errors: readonly string[];
}

const BAD: Readonly<Record<string, Bad>> = {
  'an environment that is no suffix': {
    definition: shop,
    asked: { env: 'Not A Suffix' },
    errors: ['BW1101 env'],
  },
  'an environment that is too long': {
    definition: shop,
    asked: { env: 'a'.repeat(40) },
    errors: ['BW1101 env'],
  },
  'a Region that does not exist': {
    definition: shop,
    asked: { region: 'eu-nowhere-1' },
    errors: ['BW1005 region'],
  },
  'an account that is no account': {
    definition: shop,
    asked: { account: '12' },
    errors: ['BW1109 account'],
  },
  'a certificate of another Region': {
    definition: {
      ...small,
      loadBalancer: { certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d' },
    },
    errors: ['BW1406 loadBalancer.certificate'],
  },
  'a certificate that is none': {
    definition: { ...small, loadBalancer: { certificate: 'mine' } },
    errors: ['BW1006 loadBalancer.certificate'],
  },
  'a domain that is none': { definition: { ...small, domain: 'not a domain' }, errors: ['BW1006 domain'] },
  'a secret that nobody defined': {
    definition: withApi({ uses: ['credentials'] }),
    errors: ['BW1102 services.api.uses.0'],
  },
  'a secret without the fields that a database needs': {
    definition: {
      ...small,
      stores: {
        main: { kind: 'postgres', credentials: { kind: 'existing-secret', name: 'x', fields: ['username'] } },
      },
    },
    errors: ['BW1503 stores.main.credentials.fields'],
  },
  'scaling by metrics that Pulumi cannot switch on': {
    definition: withApi({ scaling: { tasks: [2, 4], cpu: 60, memory: 70, resolution: '20 s' } }),
    errors: ['BW1701 services.api.scaling.resolution'],
  },
  'several mistakes at once, of the definition, a setting and the target': {
    definition: withApi(
      { uses: ['nothing'], scaling: { tasks: [2, 4], resolution: '20 s' } },
      { domain: 'not a domain' },
    ),
    asked: { env: 'NO', region: 'eu-nowhere-1' },
    errors: [
      'BW1006 domain',
      'BW1101 env',
      'BW1005 region',
      'BW1701 services.api.scaling.resolution',
      'BW1102 services.api.uses.0',
    ],
  },
  'no definition at all': {
    definition: 'shop',
    errors: ['BW1002', 'BW1003 name', 'BW1003 region', 'BW1003 services', 'BW1110 services'],
  },
};

describe.each(Object.entries(BAD))('%s', (_, { definition, asked = {}, errors }) => {
  const { env = 'dev', region, account } = asked;
  const config = {
    'shop:environmentSuffix': env,
    ...(region === undefined ? {} : { 'aws:region': region }),
    ...(account === undefined ? {} : { 'shop:account': account }),
  };
  const { plan, diagnostics } = resolve(definition, { env, ...asked, checks: [checkForPulumi] });

  test('is refused in the words of every target, all findings at once', async () => {
    const { failed } = await run(definition, { config });
    expect(plan).toBeNull();
    expect(failed).toBe(formatDiagnostics(diagnostics).trimEnd());
    const found = diagnostics.filter(({ severity }) => severity === 'error');
    expect(found.map(({ code, path }) => `${code} ${path}`.trim())).toEqual(errors);
  });

  test('before anything is registered', async () => {
    const { asked: registered } = await run(definition, { config });
    expect(registered).toEqual([]);
  });
});

describe('an account that lacks what the definition takes for granted', () => {
  const config = { 'shop:environmentSuffix': 'dev' };
  const GET_SECRET = 'aws:secretsmanager/getSecretVersion:getSecretVersion';
  const GET_ZONE = 'aws:route53/getZone:getZone';

  const answering = (token: string, answer: () => Record<string, unknown>): Answers['call'] => {
    return (asked, args) => (asked === token ? answer() : ANSWERS.call(asked, args));
  };
  /** As an engine says it: the SDK reads `details` of what gRPC gives. */
  const failure = (details: string) => Object.assign(new Error(details), { details });
  const failing = (token: string, message: string) =>
    answering(token, () => {
      throw failure(message);
    });

  test('a secret that is not there: none of the system’s resources is registered', async () => {
    const { asked, failed } = await run(storefront, {
      config,
      call: failing(GET_SECRET, "reading Secrets Manager Secret Version: couldn't find resource"),
    });
    expect(failed).toContain('error BW1801 stores.shop.credentials');
    expect(failed).toContain('There is no secret storefront/dev/database.');
    // Whom to ask: nothing in AWS.
    expect(asked).toEqual(['pulumi:providers:aws']);
  });

  test('a secret that lacks a field, and a zone that is not there, at once', async () => {
    const call: Answers['call'] = (token, args) => {
      if (token === GET_ZONE) throw failure('no matching Route 53 Hosted Zone found');
      return answering(GET_SECRET, () => ({ secretString: '{"username":"u","password":"hunter2"}' }))(
        token,
        args,
      );
    };
    const { asked, failed } = await run({ ...storefront, domain: 'shop.example.com' }, { config, call });
    expect(failed).toMatch(/BW1803[\s\S]*lacks url\./);
    expect(failed).toMatch(/BW1804[\s\S]*no hosted zone example\.com\./);
    expect(failed).not.toContain('hunter2');
    expect(asked).toEqual(['pulumi:providers:aws']);
  });

  test('what may not be read is no mistake: the program goes on', async () => {
    const call = failing(GET_ZONE, 'AccessDenied: not authorized to perform route53:ListHostedZones');
    const { failed } = await run({ ...small, domain: 'shop.example.com' }, { config, call });
    // The component asks once more, for the record, and then it is.
    expect(failed).toContain('AccessDenied');
    expect(failed).not.toContain('BW1804');
  });
});
