import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';

/** A template's resources and outputs, as plain objects. */
export interface SmallTemplate {
  readonly Resources: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

/** CloudFormation for tests of the emulator itself: small templates, by name. */
export function cloudFormation(region: string) {
  const client = new CloudFormationClient({ region, maxAttempts: 1 });
  const body = (template: SmallTemplate) => JSON.stringify(template);
  const find = async (StackName: string) =>
    (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  return {
    client,
    create: async (StackName: string, template: SmallTemplate) => {
      await client.send(new CreateStackCommand({ StackName, TemplateBody: body(template) }));
    },
    update: async (StackName: string, template: SmallTemplate) => {
      await client.send(new UpdateStackCommand({ StackName, TemplateBody: body(template) }));
    },
    remove: async (StackName: string) => {
      await client.send(new DeleteStackCommand({ StackName }));
    },
    status: async (name: string) => (await find(name))?.StackStatus,
    outputs: async (name: string) =>
      Object.fromEntries(((await find(name))?.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue])),
    /** `LogicalId STATUS`, oldest first. */
    events: async (StackName: string) => {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      return StackEvents.reverse().map((e) => `${e.LogicalResourceId} ${e.ResourceStatus}`);
    },
  };
}
