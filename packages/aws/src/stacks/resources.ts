import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { attempt } from '../failures.ts';
import type { Session } from '../session.ts';
import { mapLimited } from '../work.ts';
import { cloudFormation, type LiveStack } from './read.ts';

/** A resource as a stack has it. */
export interface LiveResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Name or ARN. */
  readonly physicalId: string;
  readonly status: string;
}

/** All resources of the stacks that exist, without those that were deleted. */
export async function listResources(session: Session, stacks: readonly LiveStack[]): Promise<LiveResource[]> {
  const perStack = await mapLimited(stacks, 4, ({ name, id }) =>
    attempt(`list what is in ${name}`, async () => {
      const found: LiveResource[] = [];
      for await (const page of paginateListStackResources(
        { client: cloudFormation(session) },
        { StackName: id },
      )) {
        for (const each of page.StackResourceSummaries ?? []) {
          const {
            LogicalResourceId = '',
            ResourceType = '',
            PhysicalResourceId = '',
            ResourceStatus = '',
          } = each;
          if (PhysicalResourceId === '' || ResourceStatus === 'DELETE_COMPLETE') continue;
          found.push({
            stack: name,
            logicalId: LogicalResourceId,
            type: ResourceType,
            physicalId: PhysicalResourceId,
            status: ResourceStatus,
          });
        }
      }
      return found;
    }),
  );
  return perStack.flat();
}
