import { byKey, entry, mapEntries, type Plan } from '@breakwater/plan';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
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

/** Those of databases, and of the functions that rotate secrets. */
function ownLogGroups(plan: Plan): readonly Plan['logGroups'][string][] {
  return Object.values(plan.logGroups).filter(({ part }) => part === 'data');
}

/**
 * The foundation's keys as seen from here: by their ARN, so that no construct of this stack adds a statement to a
 * key's policy in the other.
 */
function importKeys(scope: Construct, keys: Foundation['keys']): Readonly<Record<string, kms.IKey>> {
  return mapEntries(keys, (key, id) => kms.Key.fromKeyArn(scope, constructId(id), key.keyArn));
}

/** Databases, tables, buckets and generated secrets: what outlives any change of a service. */
export class DataPart extends Construct implements Data {
  readonly databases: Readonly<Record<string, rds.DatabaseCluster | rds.DatabaseInstance>>;
  readonly logGroups: Readonly<Record<string, logs.LogGroup>>;
  readonly tables: Readonly<Record<string, dynamodb.TableV2>>;
  readonly buckets: Readonly<Record<string, s3.Bucket>>;
  readonly secrets: Readonly<Record<string, secretsmanager.ISecret>>;

  constructor(scope: Construct, id: string, { plan, transform, foundation }: DataPartProps) {
    super(scope, id);
    addTags(this, plan.tags);
    const under = (kind: string) => new Construct(this, kind);
    const keys = importKeys(under('KeyReference'), foundation.keys);

    const logScope = under('LogGroup');
    this.logGroups = byKey(ownLogGroups(plan), (group) => createLogGroup(logScope, group, keys, transform));
    const secretScope = under('Secret');
    const generated = Object.values(plan.secrets).filter((secret) => secret.kind === 'generated');
    const secrets = byKey(generated, (secret) => createSecret(secretScope, plan, secret, keys, transform));
    this.secrets = secrets;

    const databaseScope = under('Database');
    this.databases = mapEntries(plan.databases, (database) =>
      createDatabase(databaseScope, database, {
        plan,
        transform,
        foundation,
        keys,
        secrets: this.secrets,
        logGroups: this.logGroups,
      }),
    );
    const rotationScope = under('Rotation');
    for (const secret of generated)
      rotateSecret(rotationScope, secret, secrets, this.databases, this.logGroups, transform);

    const tableScope = under('Table');
    this.tables = mapEntries(plan.tables, (table) => createTable(tableScope, table, keys, transform));
    const bucketScope = under('Bucket');
    const stores = Object.values(plan.buckets).filter(({ purpose }) => purpose === 'store');
    this.buckets = byKey(stores, (bucket) => createBucket(bucketScope, bucket, keys, transform));
    const emptied = stores.filter(({ emptyOnDelete }) => emptyOnDelete);
    if (emptied.length > 0)
      new EmptyBuckets(
        this,
        'EmptyBuckets',
        byKey(emptied, ({ key }) => entry(this.buckets, key, 'bucket')),
        transform,
      );
  }
}
