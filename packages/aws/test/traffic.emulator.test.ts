import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploy, diff, rollback, type Session } from '../src/index.ts';
import { clientOptions } from '../src/session.ts';
import { ownStacks } from '../src/stacks/read.ts';
import { listResources } from '../src/stacks/resources.ts';
import { emptyAccount, planOf, startWorld, type World } from './deploy/world.ts';

const REGION = 'eu-west-1';
const api = { image: './service', port: 8080, routes: ['/api/*'], deployment: 'blue-green' };
const system = (service: object) => ({
  name: 'books',
  region: REGION,
  defaults: '2026-11',
  network: { zones: 2 },
  services: { api: { ...api, ...service } },
});

let world: World;
let session: Session;
let load: ElasticLoadBalancingV2Client;
beforeAll(async () => {
  world = await startWorld(REGION);
  await emptyAccount(world);
  session = await world.session();
  load = new ElasticLoadBalancingV2Client(clientOptions(session));
  await world.setSource('FROM node:20\n');
  await deploy(session, world.options(planOf(system({}))));
});
afterAll(() => world?.end());

/** Paths of the service's rule, and its weights, blue first. */
async function rule(): Promise<{ arn: string; paths: readonly string[]; groups: [string, number][] }> {
  const resources = await listResources(session, await ownStacks(session, { system: 'books', env: 'dev' }));
  const arn = resources.find(({ type }) => type === 'AWS::ElasticLoadBalancingV2::ListenerRule')?.physicalId;
  const { Rules: [found] = [] } = await load.send(new DescribeRulesCommand({ RuleArns: [arn ?? ''] }));
  return {
    arn: arn ?? '',
    paths:
      found?.Conditions?.flatMap(
        ({ Values, PathPatternConfig }) => PathPatternConfig?.Values ?? Values ?? [],
      ) ?? [],
    groups: (found?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [])
      .map(({ TargetGroupArn = '', Weight = 0 }): [string, number] => [TargetGroupArn, Weight])
      .sort(([a], [b]) => Number(a.includes('green')) - Number(b.includes('green'))),
  };
}

/** What ECS does at the end of a blue/green deployment. */
async function shift(weights: readonly [number, number]): Promise<void> {
  const { arn, groups } = await rule();
  const TargetGroups = groups.map(([TargetGroupArn], index) => ({
    TargetGroupArn,
    Weight: weights[index] ?? 0,
  }));
  await load.send(
    new ModifyRuleCommand({ RuleArn: arn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
  );
}
const weights = async () => (await rule()).groups.map(([, weight]) => weight);

describe.sequential('traffic that ECS has moved', () => {
  const more = system({ routes: ['/api/*', '/health'] });

  test('stays where it is when a route changes', async () => {
    await shift([0, 100]);
    await deploy(session, world.options(planOf(more)));
    expect((await rule()).paths).toEqual(expect.arrayContaining(['/api/*', '/health']));
    expect(await weights()).toEqual([0, 100]);
  });

  test('is no change, wherever it goes', async () => {
    await shift([100, 0]);
    const { stacks } = await diff(session, world.options(planOf(more)));
    expect(stacks.filter(({ action }) => action !== 'none')).toEqual([]);
    await deploy(session, world.options(planOf(more)));
    expect(await weights()).toEqual([100, 0]);
  });

  test('stays where it is when an earlier release comes back', async () => {
    await shift([0, 100]);
    const of = { system: 'books', env: 'dev' };
    await rollback(session, { ...world.options(planOf(more)), of, to: 1 });
    expect((await rule()).paths).toEqual(['/api/*']);
    expect(await weights()).toEqual([0, 100]);
  });

  test('is not cut off by a port that would need target groups of the same name', async () => {
    const options = world.options(planOf(system({ port: 9090 })));
    await expect(deploy(session, options)).rejects.toMatchObject({
      code: 'cannot-change',
      detail: expect.stringMatching(/api-tg-dev would be replaced \(Port cannot change in place\)/),
    });
    // Before anything was changed, the images not even built.
    expect(options.events.filter(({ kind }) => kind === 'stack-finished')).toEqual([]);
    expect(await weights()).toEqual([0, 100]);
  });
});
