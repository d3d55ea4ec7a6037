import { byKey, entry, mapEntries, type Plan } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { idOf, type Scope } from '../../scope.ts';
import { createBucket } from '../bucket.ts';
import type { FoundationPart } from '../foundation/foundation-part.ts';
import { createLogGroup } from '../log-group.ts';
import { createDatabase, type DatabaseResources } from './database.ts';
import { rotateSecret } from './rotation.ts';
import { completeSecret, createSecret, type SecretResources } from './secrets.ts';
import { createTable } from './tables.ts';

type ByKey<T> = Readonly<Record<string, T>>;

/** Those of databases, and of the functions that rotate secrets. */
function ownLogGroups(plan: Plan): readonly Plan['logGroups'][string][] {
  return Object.values(plan.logGroups).filter(({ part }) => part === 'data');
}

/** Databases, tables, buckets and generated secrets: what outlives any change of a service. All records have the plan's keys. */
export class DataPart extends pulumi.ComponentResource {
  readonly databases: ByKey<DatabaseResources>;
  /** Of databases, and of the functions that rotate secrets. */
  readonly logGroups: ByKey<aws.cloudwatch.LogGroup>;
  readonly tables: ByKey<aws.dynamodb.Table>;
  readonly buckets: ByKey<aws.s3.Bucket>;
  /** Generated secrets; existing ones are only named where they are used. */
  readonly secrets: ByKey<aws.secretsmanager.Secret>;
  /** The versions that services read: there before the first task starts. */
  readonly secretVersions: ByKey<aws.secretsmanager.SecretVersion>;

  constructor(outer: Scope, foundation: FoundationPart) {
    super('breakwater:index:Data', idOf(outer, 'data'), {}, { parent: outer.parent });
    const scope: Scope = { ...outer, parent: this };
    const { plan } = scope;
    const { keys } = foundation;
    const logGroups = byKey(ownLogGroups(plan), (group) => createLogGroup(scope, group, keys));
    this.logGroups = logGroups;
    const generated = Object.values(plan.secrets).filter((secret) => secret.kind === 'generated');
    const secrets: ByKey<SecretResources> = byKey(generated, (secret) => createSecret(scope, secret, keys));
    this.secrets = mapEntries(secrets, ({ secret }) => secret);
    this.databases = mapEntries(plan.databases, (database) =>
      createDatabase(scope, database, { foundation, secrets, logGroups }),
    );
    this.secretVersions = byKey(generated, (each) => {
      const owner = Object.values(plan.databases).find((database) => database.secret === each.key);
      const database = owner === undefined ? null : entry(this.databases, owner.key, 'database');
      const secret = entry(secrets, each.key, 'secret');
      const current =
        database === null ? secret.initial : completeSecret(scope, each, secret, database.address);
      rotateSecret(scope, each, { secret, database, current, logGroups });
      return current;
    });
    this.tables = mapEntries(plan.tables, (table) => createTable(scope, table, keys));
    const stores = Object.values(plan.buckets).filter(({ purpose }) => purpose === 'store');
    this.buckets = byKey(stores, (bucket) => createBucket(scope, bucket, keys).bucket);
    this.registerOutputs();
  }
}
