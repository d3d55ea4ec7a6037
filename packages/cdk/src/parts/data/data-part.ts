import type { Plan } from '@breakwater/plan';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { byKey, entry, mapEntries } from '../../entry.ts';
import type { PartProps } from '../../part.ts';
import type { Data, Foundation } from '../../parts.ts';
import { addTags } from '../../tags.ts';
import { createBucket } from '../bucket.ts';
import { EmptyBuckets } from '../empty-buckets.ts';
import { createLogGroup } from '../log-group.ts';
import { createDatabase } from './database.ts';
import { rotateSecret } from './rotation.ts';
import { createSecret } from './secrets.ts';
import { createTable } from './tables.ts';

/** What the data part is built from. */
export interface DataPartProps extends PartProps {
  readonly foundation: Foundation;
}

function databaseLogGroups(plan: Plan): readonly Plan['logGroups'][string][] {
  const wanted = new Set(Object.values(plan.databases).map(({ logGroup }) => logGroup));
  return Object.values(plan.logGroups).filter(({ key }) => wanted.has(key));
}

/**
 * The foundation's keys as seen from here: by their ARN, so that no construct of this stack adds a statement to a
 * key's policy in the other.
 */
function importKeys(scope: Construct, keys: Foundation['keys']): Readonly<Record<string, kms.IKey>> {
  return mapEntries(keys, (key, id) => kms.Key.fromKeyArn(scope, id, key.keyArn));
}

/** Databases, tables, buckets and generated secrets: what outlives any change of a service. */
export class DataPart extends Construct implements Data {
  readonly databases: Readonly<Record<string, rds.DatabaseCluster | rds.DatabaseInstance>>;
  readonly databaseLogGroups: Readonly<Record<string, logs.LogGroup>>;
  readonly tables: Readonly<Record<string, dynamodb.TableV2>>;
  readonly buckets: Readonly<Record<string, s3.Bucket>>;
  readonly secrets: Readonly<Record<string, secretsmanager.ISecret>>;

  constructor(scope: Construct, id: string, { plan, transform, foundation }: DataPartProps) {
    super(scope, id);
    addTags(this, plan.tags);
    const under = (kind: string) => new Construct(this, kind);
    const keys = importKeys(under('key-references'), foundation.keys);

    const logScope = under('log-groups');
    this.databaseLogGroups = byKey(databaseLogGroups(plan), (group) =>
      createLogGroup(logScope, group, keys, transform),
    );
    const secretScope = under('secrets');
    const generated = Object.values(plan.secrets).filter((secret) => secret.kind === 'generated');
    const secrets = byKey(generated, (secret) => createSecret(secretScope, plan, secret, keys, transform));
    this.secrets = secrets;

    const databaseScope = under('databases');
    this.databases = mapEntries(plan.databases, (database) =>
      createDatabase(databaseScope, database, {
        plan,
        transform,
        foundation,
        keys,
        secrets: this.secrets,
        logGroups: this.databaseLogGroups,
      }),
    );
    const rotationScope = under('rotations');
    for (const secret of generated)
      rotateSecret(rotationScope, plan, secret, secrets, this.databases, transform);

    const tableScope = under('tables');
    this.tables = mapEntries(plan.tables, (table) => createTable(tableScope, table, keys, transform));
    const bucketScope = under('buckets');
    const stores = Object.values(plan.buckets).filter(({ purpose }) => purpose === 'store');
    this.buckets = byKey(stores, (bucket) => createBucket(bucketScope, bucket, keys, transform));
    const emptied = stores.filter(({ emptyOnDelete }) => emptyOnDelete);
    if (emptied.length > 0)
      new EmptyBuckets(
        this,
        'empty-buckets',
        byKey(emptied, ({ key }) => entry(this.buckets, key, 'bucket')),
        transform,
      );
  }
}
