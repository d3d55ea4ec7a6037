import { entry, type TablePlan } from '@breakwater/plan';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import { REMOVAL_POLICIES } from '../../removal.ts';
import { addTags } from '../../tags.ts';
import type { ApplyTransform } from '../../transform.ts';

type Attribute = TablePlan['partitionKey'];

const TYPES: Readonly<Record<Attribute['type'], dynamodb.AttributeType>> = {
  S: dynamodb.AttributeType.STRING,
  N: dynamodb.AttributeType.NUMBER,
  B: dynamodb.AttributeType.BINARY,
};

const attribute = ({ name, type }: Attribute): dynamodb.Attribute => ({ name, type: TYPES[type] });

function keySchema(plan: { readonly partitionKey: Attribute; readonly sortKey: Attribute | null }) {
  return {
    partitionKey: attribute(plan.partitionKey),
    ...(plan.sortKey === null ? {} : { sortKey: attribute(plan.sortKey) }),
  };
}

/** A DynamoDB table of the plan, billed by request. */
export function createTable(
  scope: Construct,
  plan: TablePlan,
  keys: Readonly<Record<string, kms.IKey>>,
  transform: ApplyTransform,
): dynamodb.TableV2 {
  const props: dynamodb.TablePropsV2 = {
    tableName: plan.name,
    ...keySchema(plan),
    billing: dynamodb.Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: plan.pointInTimeRecovery },
    encryption:
      plan.encryptionKey === null
        ? dynamodb.TableEncryptionV2.dynamoOwnedKey()
        : dynamodb.TableEncryptionV2.customerManagedKey(entry(keys, plan.encryptionKey, 'key')),
    deletionProtection: plan.deletionProtection,
    removalPolicy: REMOVAL_POLICIES[plan.removal],
    globalSecondaryIndexes: plan.indexes.map((index) => ({ indexName: index.name, ...keySchema(index) })),
    ...(plan.ttlAttribute === null ? {} : { timeToLiveAttribute: plan.ttlAttribute }),
  };
  const table = new dynamodb.TableV2(scope, constructId(plan.key), transform('table', plan.key, props));
  addTags(table, plan.tags);
  return table;
}
