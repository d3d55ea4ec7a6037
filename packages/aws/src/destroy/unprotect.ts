import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ModifyDBClusterCommand, ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { attempt } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';
import { setTerminationProtection } from '../stacks/delete-stack.ts';
import type { LiveResource } from '../stacks/resources.ts';
import type { TemplateResource } from '../stacks/template.ts';
import { type Inventory, removalOf } from './destroy-plan.ts';

/** Takes the protection from deletion off stacks, and off what goes with them. What stays keeps its own. */
export async function unprotect(session: Session, inventory: Inventory): Promise<void> {
  for (const { name, terminationProtection } of inventory.stacks) {
    if (terminationProtection) await setTerminationProtection(session, name, false);
  }
  for (const resource of inventory.resources) {
    const declared = inventory.templates.get(resource.stack)?.Resources?.[resource.logicalId];
    if (declared === undefined || removalOf(inventory, resource) === 'retain') continue;
    if (!isProtected(declared)) continue;
    await attempt(`take the deletion protection off ${resource.physicalId}`, () =>
      release(session, resource),
    );
  }
}

function isProtected({ Type, Properties = {} }: TemplateResource): boolean {
  if (Properties['DeletionProtection'] === true || Properties['DeletionProtectionEnabled'] === true)
    return true;
  if (Type === 'AWS::DynamoDB::GlobalTable')
    return JSON.stringify(Properties).includes('"DeletionProtectionEnabled":true');
  if (Type !== 'AWS::ElasticLoadBalancingV2::LoadBalancer') return false;
  return JSON.stringify(Properties['LoadBalancerAttributes'] ?? []).includes(
    '"deletion_protection.enabled","Value":"true"',
  );
}

async function release(session: Session, { type, physicalId }: LiveResource): Promise<unknown> {
  const options = clientOptions(session);
  switch (type) {
    case 'AWS::RDS::DBCluster': {
      const change = { DBClusterIdentifier: physicalId, DeletionProtection: false, ApplyImmediately: true };
      return new RDSClient(options).send(new ModifyDBClusterCommand(change));
    }
    case 'AWS::RDS::DBInstance': {
      const change = { DBInstanceIdentifier: physicalId, DeletionProtection: false, ApplyImmediately: true };
      return new RDSClient(options).send(new ModifyDBInstanceCommand(change));
    }
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const change = { TableName: physicalId, DeletionProtectionEnabled: false };
      return new DynamoDBClient(options).send(new UpdateTableCommand(change));
    }
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return new ElasticLoadBalancingV2Client(options).send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: physicalId,
          Attributes: [{ Key: 'deletion_protection.enabled', Value: 'false' }],
        }),
      );
    default:
      return undefined;
  }
}
