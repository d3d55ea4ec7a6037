import { entry, type TablePlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { idOf, type Scope, stored, tagsOf } from '../../scope.ts';

type Keys = Pick<TablePlan, 'partitionKey' | 'sortKey'>;

/** Every attribute that is part of a key, once. */
function attributes(plan: TablePlan): { readonly name: string; readonly type: string }[] {
  const used = [plan, ...plan.indexes].flatMap(({ partitionKey, sortKey }: Keys) =>
    sortKey === null ? [partitionKey] : [partitionKey, sortKey],
  );
  return [...new Map(used.map(({ name, type }) => [name, { name, type }])).values()];
}

const keySchema = ({ partitionKey, sortKey }: Keys) => ({
  hashKey: partitionKey.name,
  ...(sortKey === null ? {} : { rangeKey: sortKey.name }),
});

/** A DynamoDB table of the plan, billed by request. */
export function createTable(
  scope: Scope,
  plan: TablePlan,
  keys: Readonly<Record<string, aws.kms.Key>>,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    idOf(scope, plan.key),
    scope.transform('table', plan.key, {
      name: plan.name,
      billingMode: plan.billing,
      attributes: attributes(plan),
      ...keySchema(plan),
      ...(plan.indexes.length > 0
        ? {
            globalSecondaryIndexes: plan.indexes.map((index) => ({
              name: index.name,
              keySchemas: [
                { attributeName: index.partitionKey.name, keyType: 'HASH' },
                ...(index.sortKey === null ? [] : [{ attributeName: index.sortKey.name, keyType: 'RANGE' }]),
              ],
              projectionType: 'ALL',
            })),
          }
        : {}),
      ...(plan.ttlAttribute === null ? {} : { ttl: { enabled: true, attributeName: plan.ttlAttribute } }),
      pointInTimeRecovery: { enabled: plan.pointInTimeRecovery },
      ...(plan.encryptionKey === null
        ? {}
        : {
            serverSideEncryption: {
              enabled: true,
              kmsKeyArn: entry(keys, plan.encryptionKey, 'key').arn,
            },
          }),
      deletionProtectionEnabled: plan.deletionProtection,
      tags: tagsOf(scope, plan.tags),
    }),
    stored(scope, plan.removal),
  );
}
