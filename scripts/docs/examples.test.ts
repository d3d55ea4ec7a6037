import { expect, it } from 'vitest';
import { checkExamples, toModule } from './examples.mjs';

const root = new URL('../..', import.meta.url).pathname;
const block = (text: string, info: string[] = []) => ({ file: 'docs/page.md', line: 12, text, info });

it('leaves a block with an import as it is, and completes a part of a definition', () => {
  const whole = "import { defineSystem } from 'breakwater';\nexport default defineSystem({});";
  expect(toModule(block(whole))).toBe(`\n${whole}\n`);
  expect(toModule(block("drain: '10 s',", ['service']))?.split('\n')[1]).toBe("drain: '10 s'");
  expect(toModule(block("drain: '10 s',"))).toBeNull();
});

it('type-checks a module that is no definition, and does not resolve it', async () => {
  const module = (text: string) => checkExamples([block(text, ['module'])], root);
  expect(
    await module("import type { Transform } from '@breakwater/cdk';\nexport default {} satisfies Transform;"),
  ).toEqual([]);
  const [first] = await module(
    "import type { Transform } from '@breakwater/cdk';\nexport default { vpcs: 1 } satisfies Transform;",
  );
  expect(first).toMatch(/^docs\/page\.md:13 TS\d+: .*vpcs/);
}, 60_000);

it('accepts an example that compiles and resolves', async () => {
  expect(await checkExamples([block('scaling: { tasks: [2, 10] },', ['service'])], root)).toEqual([]);
}, 60_000);

it('names page and line of an example that does not compile', async () => {
  const [first] = await checkExamples([block('port: 80,\nscalling: { tasks: 2 },', ['service'])], root);
  expect(first).toMatch(/^docs\/page\.md:13 TS\d+: .*scalling/);
}, 60_000);

it('names page and finding of an example that does not resolve', async () => {
  const [first] = await checkExamples([block('scaling: { tasks: [10, 2] },', ['service'])], root);
  expect(first).toMatch(/^docs\/page\.md:12 does not resolve for dev:[\s\S]*BW1302/);
}, 60_000);
