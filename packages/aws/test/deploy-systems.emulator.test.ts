import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploy, destroy, diff, listReleases, outputs, rollback } from '../src/index.ts';
import { ownStacks } from '../src/stacks/read.ts';
import { emptyAccount, startWorld, type World } from './deploy/world.ts';
import { type Inventory, inventory } from './emulator/inventory.ts';
import { createExistingSecrets, planOf, SYSTEMS, type SystemName } from './emulator/systems.ts';

let world: World;
afterAll(() => world?.end());
beforeAll(async () => {
  world = await startWorld(planOf('catalog').region);
});

/** A Dockerfile for each image that is built from a folder. */
async function writeSources({ services }: Plan, text: string): Promise<void> {
  for (const { image } of Object.values(services)) {
    if (image.kind !== 'build') continue;
    await mkdir(join(world.directory, image.context), { recursive: true });
    await writeFile(join(world.directory, image.context, image.dockerfile), text);
  }
}

/** Kinds that a system owns: its stacks come and go, existing secrets are the account's. */
const rest = ({ stacks: _stacks, ...others }: Inventory): Inventory => others;

test.each(Object.keys(SYSTEMS) as SystemName[])('%s lives', async (name) => {
  const plan = planOf(name);
  await world.end();
  world = await startWorld(plan.region);
  await emptyAccount(world);
  await createExistingSecrets(plan);
  const before = rest(await inventory(plan.region));
  await writeSources(plan, 'FROM one\n');
  const session = await world.session();
  const { events, ...options } = world.options(plan);

  const first = await deploy(session, options);
  // Stacks that need nothing of each other end in any order.
  expect(new Set(Object.keys(first.stacks))).toEqual(new Set(plan.stacks.map(({ key }) => key)));
  expect(new Set(Object.values(first.stacks))).toEqual(new Set(['created']));
  expect(Object.keys(first.outputs)).toEqual(plan.outputs.map(({ key }) => key));
  expect(await outputs(session, plan)).toEqual(first.outputs);
  expect(events.filter((event) => event.kind === 'resource' && event.state === 'failed')).toEqual([]);

  expect((await diff(session, options)).stacks.flatMap(({ resources }) => resources)).toEqual([]);
  expect(await deploy(session, options)).toMatchObject({ changed: false, release: 1 });

  await writeSources(plan, 'FROM two\n');
  const built = Object.values(plan.services).filter(({ image }) => image.kind === 'build');
  const second = await deploy(session, options);
  expect(second.changed).toBe(built.length > 0);
  if (built.length > 0) {
    const updated = Object.entries(second.stacks).flatMap(([key, outcome]) =>
      outcome === 'updated' ? [key] : [],
    );
    expect(updated.sort()).toEqual(built.map(({ key }) => `service/${key}`).sort());
    const back = await rollback(session, { ...options, of: plan });
    expect(back).toMatchObject({ release: 3, restored: 1 });
    const [live] = await listReleases(session, plan);
    expect(live?.images).toEqual(first.images);
    expect((await diff(session, options)).stacks.flatMap(({ resources }) => resources)).toEqual([]);
  }

  await destroy(session, { ...options, evenProtected: true });
  expect(await ownStacks(session, plan)).toEqual([]);
  expect(rest(await inventory(plan.region))).toEqual(before);
});
