import { expect, test } from 'vitest';
import { MEANT, type Meant } from './graph-differences.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function row({ type, path, resource, reason }: Meant): string {
  const what = resource === undefined ? '' : ` (${resource.source})`;
  const property = path === null ? 'the whole resource' : `\`${path}\``;
  return `| \`${cell(type)}\`${cell(what)} | ${cell(property)} | ${cell(reason)} |`;
}

/** The page of what differs, from the list that the comparison of both targets is held against. */
function renderPage(): string {
  return [
    '# CDK and Pulumi',
    '',
    '<!-- Generated from packages/pulumi/test/graph-differences.ts by packages/pulumi/test/differences-page.test.ts: npx vitest run packages/pulumi/test/differences-page.test.ts -u -->',
    '',
    'Both targets are made of the same plan. Tests compare what they create, resource by resource and property by property, after',
    'names, references and defaults of AWS were made alike; only what stands here may differ, and all of it does somewhere.',
    'Kinds of resources and properties are in the words of CloudFormation where it has them.',
    '',
    '| resource | property | why it differs |',
    '| --- | --- | --- |',
    ...MEANT.map(row),
    '',
  ].join('\n');
}

test('docs/reference/cdk-and-pulumi.md lists every difference with its reason', async () => {
  const page = renderPage();
  for (const { reason } of MEANT) expect(page).toContain(cell(reason));
  await expect(page).toMatchFileSnapshot('../../../docs/reference/cdk-and-pulumi.md');
});
