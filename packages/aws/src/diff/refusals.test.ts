import { expect, test } from 'vitest';
import type { TemplateResource } from '../stacks/template.ts';
import { mayBeRefused, refusalOf } from './refusals.ts';

const change = (
  Type: string,
  before: TemplateResource['Properties'] & {},
  after: TemplateResource['Properties'] & {},
  more: object = {},
) =>
  refusalOf({
    logicalId: 'It',
    resource: { Type, Properties: after },
    old: { Type, Properties: before },
    action: 'replace',
    uncertain: false,
    properties: ['Port'],
    ...more,
  });
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

test('nothing is made anew under the name that it has', () => {
  expect(change(GROUP, { Name: 'tg-web-dev', Port: 80 }, { Name: 'tg-web-dev', Port: 81 })?.why).toMatch(
    /another Port, and CloudFormation makes nothing anew under the name/,
  );
  expect(change(GROUP, { Name: 'tg-web-dev', Port: 80 }, { Name: 'tg-api-dev', Port: 81 })).toBeNull();
  expect(change(GROUP, { Port: 80 }, { Port: 81 })).toBeNull();
  expect(change('AWS::EC2::NatGateway', { Name: 'a' }, { Name: 'a' })).toBeNull();
  const same = { Name: 'tg-web-dev' };
  expect(change(GROUP, same, same, { action: 'update' })).toBeNull();
  // CloudFormation only says that it may be: it is asked once more before anything is changed.
  expect(change(GROUP, same, same, { uncertain: true })).toBeNull();
});

test('a port in Service Connect keeps its protocol', () => {
  const task = (AppProtocol: string | undefined, name = 'payment') => ({
    Family: 'payment-dev',
    ContainerDefinitions: [
      { Name: 'payment', PortMappings: [{ ContainerPort: 80, Name: name, AppProtocol }] },
    ],
  });
  const changed = (before: object, after: object) =>
    change('AWS::ECS::TaskDefinition', { ...before }, { ...after });
  expect(changed(task('http'), task('grpc'))?.why).toMatch(/payment speaks http and would speak grpc/);
  expect(changed(task(undefined), task('http'))?.why).toMatch(/speaks tcp/);
  expect(changed(task('http'), task('http'))).toBeNull();
  expect(changed(task('http'), task('grpc', 'pay'))).toBeNull();
});

test('CloudFormation is asked about a service only where target groups or protocols differ', () => {
  const stack = (port: number, image: string) => ({
    Resources: {
      Group: { Type: GROUP, Properties: { Name: 'tg-web-dev', Port: port } },
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Image: image }] } },
    },
  });
  expect(mayBeRefused(stack(80, 'a'), stack(80, 'b'))).toBe(false);
  expect(mayBeRefused(stack(80, 'a'), stack(81, 'a'))).toBe(true);
  expect(mayBeRefused({}, stack(81, 'a'))).toBe(false);
});
