import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { ROTATION_CODE } from '@breakwater/plan';
import { describe, expect, it } from 'vitest';
import { EMPTY_BUCKETS_CODE } from './empty-buckets-code.ts';

type Handler = (event: object) => Promise<void>;
type Clients = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Runs a function's source as Lambda does, with clients of the SDK that the test keeps. */
function load(code: string, clients: Clients, environment: Record<string, string> = {}): Handler {
  const exports: { handler?: Handler } = {};
  const context = {
    exports,
    require: (name: string) => clients[name],
    process: { env: environment },
    Buffer,
    fetch,
    setTimeout: (after: () => void) => setTimeout(after, 0),
  };
  runInNewContext(code, context);
  if (exports.handler === undefined) throw new Error('no handler');
  return exports.handler;
}

const named = (name: string) => Object.assign(new Error(name), { name });

/** Secrets Manager's versions and stages, as far as a rotation touches them. */
class Secrets {
  readonly versions = new Map<string, { value: string; stages: string[] }>();
  made = 0;

  constructor() {
    this.versions.set('v1', {
      value: JSON.stringify({ username: 'u', password: 'old' }),
      stages: ['AWSCURRENT'],
    });
  }

  get client() {
    const self = this;
    return class {
      async getSecretValue({ VersionStage, VersionId }: { VersionStage: string; VersionId?: string }) {
        const found = [...self.versions].find(
          ([id, { stages }]) =>
            stages.includes(VersionStage) && (VersionId === undefined || id === VersionId),
        );
        if (found === undefined) throw named('ResourceNotFoundException');
        return { SecretString: found[1].value };
      }
      async getRandomPassword() {
        self.made += 1;
        return { RandomPassword: `new-${self.made}` };
      }
      async putSecretValue(given: {
        ClientRequestToken: string;
        SecretString: string;
        VersionStages: string[];
      }) {
        self.versions.set(given.ClientRequestToken, {
          value: given.SecretString,
          stages: given.VersionStages,
        });
      }
      async describeSecret() {
        return {
          VersionIdsToStages: Object.fromEntries([...self.versions].map(([id, { stages }]) => [id, stages])),
        };
      }
      async updateSecretVersionStage(given: { MoveToVersionId: string; RemoveFromVersionId: string }) {
        const from = self.versions.get(given.RemoveFromVersionId);
        const to = self.versions.get(given.MoveToVersionId);
        if (from === undefined || to === undefined) throw named('ResourceNotFoundException');
        from.stages = ['AWSPREVIOUS'];
        to.stages = ['AWSCURRENT'];
      }
    };
  }

  current(): unknown {
    const found = [...this.versions.values()].find(({ stages }) => stages.includes('AWSCURRENT'));
    return JSON.parse(found?.value ?? 'null');
  }
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('the function that rotates a secret', () => {
  const nothing = { RDS: class {} };

  it('replaces the password and keeps everything else, however often a step is repeated', async () => {
    const secrets = new Secrets();
    const handler = load(ROTATION_CODE, {
      '@aws-sdk/client-secrets-manager': { SecretsManager: secrets.client },
      '@aws-sdk/client-rds': nothing,
    });
    for (const Step of STEPS.flatMap((step) => [step, step]))
      await handler({ SecretId: 's', ClientRequestToken: 'v2', Step });
    expect(secrets.current()).toEqual({ username: 'u', password: 'new-1' });
    expect(secrets.versions.get('v1')?.stages).toEqual(['AWSPREVIOUS']);
  });

  it('sets the password of the database before it becomes the current one, and waits until it is', async () => {
    const secrets = new Secrets();
    const told: unknown[] = [];
    let looks = 0;
    const handler = load(
      ROTATION_CODE,
      {
        '@aws-sdk/client-secrets-manager': { SecretsManager: secrets.client },
        '@aws-sdk/client-rds': {
          RDS: class {
            async modifyDBCluster(change: object) {
              told.push({ change, current: secrets.current() });
            }
            async describeDBClusters() {
              looks += 1;
              return {
                DBClusters: [{ Status: looks < 3 ? 'resetting-master-credentials' : 'available' }],
              };
            }
          },
        },
      },
      { CLUSTER: 'main' },
    );
    for (const Step of STEPS) await handler({ SecretId: 's', ClientRequestToken: 'v2', Step });
    expect(told).toEqual([
      {
        change: { DBClusterIdentifier: 'main', MasterUserPassword: 'new-1', ApplyImmediately: true },
        current: { username: 'u', password: 'old' },
      },
    ]);
    expect(looks).toBe(3);
    expect(secrets.current()).toMatchObject({ password: 'new-1' });
  });

  it('passes the test that Secrets Manager makes when it is set up, with no new version there', async () => {
    const secrets = new Secrets();
    const handler = load(ROTATION_CODE, {
      '@aws-sdk/client-secrets-manager': { SecretsManager: secrets.client },
      '@aws-sdk/client-rds': nothing,
    });
    await handler({ SecretId: 's', ClientRequestToken: 'v2', Step: 'testSecret' });
    expect(secrets.current()).toMatchObject({ password: 'old' });
  });
});

/** A bucket with versions and delete markers, in pages of two. */
class Bucket {
  objects = ['a', 'b', 'c', 'd', 'e'];
  readonly tags: { Key: string; Value: string }[] = [];
  refuses = false;

  get client() {
    const self = this;
    return class {
      async getBucketTagging() {
        if (self.tags.length === 0) throw named('NoSuchTagSet');
        return { TagSet: self.tags };
      }
      async listObjectVersions() {
        const [first, second] = self.objects;
        return {
          ...(first === undefined ? {} : { Versions: [{ Key: first, VersionId: '1' }] }),
          ...(second === undefined ? {} : { DeleteMarkers: [{ Key: second, VersionId: '2' }] }),
        };
      }
      async deleteObjects({ Delete }: { Delete: { Objects: { Key: string }[] } }) {
        if (self.refuses) return { Errors: [{ Message: 'Access Denied' }] };
        const gone = Delete.Objects.map(({ Key }) => Key);
        self.objects = self.objects.filter((each) => !gone.includes(each));
        return {};
      }
    };
  }
}

/** Calls the function as CloudFormation does; resolves to the answer that it sends. */
async function ask(bucket: Bucket, RequestType: string): Promise<{ Status: string; Reason?: string }> {
  const received: string[] = [];
  const types: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    types.push(request.headers['content-type']);
    request.on('data', (chunk) => received.push(String(chunk)));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with that port.
  const { port } = server.address() as AddressInfo;
  try {
    await load(EMPTY_BUCKETS_CODE, { '@aws-sdk/client-s3': { S3: bucket.client } })({
      RequestType,
      ResponseURL: `http://127.0.0.1:${port}/`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'resource',
      ResourceProperties: { BucketName: 'files' },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(types).toEqual([undefined]);
  return JSON.parse(received.join(''));
}

describe('the function that empties buckets', () => {
  const marked = () => {
    const bucket = new Bucket();
    bucket.tags.push({ Key: 'aws-cdk:auto-delete-objects', Value: 'true' });
    return bucket;
  };

  it('deletes every version and delete marker, and says so to CloudFormation', async () => {
    const bucket = marked();
    const answer = await ask(bucket, 'Delete');
    expect(bucket.objects).toEqual([]);
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'files',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'resource',
    });
  });

  it('touches nothing when the bucket is created or changed', async () => {
    for (const type of ['Create', 'Update']) {
      const bucket = marked();
      expect(await ask(bucket, type)).toMatchObject({ Status: 'SUCCESS' });
      expect(bucket.objects).toHaveLength(5);
    }
  });

  it('leaves a bucket alone that is no longer marked: its environment has been protected', async () => {
    const bucket = new Bucket();
    expect(await ask(bucket, 'Delete')).toMatchObject({ Status: 'SUCCESS' });
    expect(bucket.objects).toHaveLength(5);
  });

  it('says what it could not delete, instead of trying for ever', async () => {
    const bucket = marked();
    bucket.refuses = true;
    expect(await ask(bucket, 'Delete')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Access Denied'),
    });
  });
});

it('both fit into a template', () => {
  for (const code of [ROTATION_CODE, EMPTY_BUCKETS_CODE])
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(4096);
});
