import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planOfVariant, SYSTEM_NAMES } from '@breakwater/testkit';
import { expect, test } from 'vitest';
import { eject } from '../../src/eject/index.ts';
import { definitions } from '../conformance-target.ts';
import { projectOf } from './project.ts';

const systems = fileURLToPath(new URL('../../../../systems', import.meta.url));

/** The system's own program; it stands in a folder of its own here, where the ejected one takes its place. */
const programOf = (system: string): string => `
import { programOf } from '@breakwater/pulumi';
import definition from '${join(systems, system, 'breakwater.config.ts')}';

export default programOf(definition);
`;

test.each(SYSTEM_NAMES)(
  '%s: after `pulumi up`, the ejected program has nothing to change, and tells the same outputs',
  async (system) => {
    const project = await projectOf(system, programOf(system));
    try {
      await project.pulumi(['up', '--yes', '--skip-preview']);
      const outputs = (await project.pulumi(['stack', 'output', '--json'])).stdout;
      const files = await eject({ plan: planOfVariant(definitions, system, 'dev'), project: system });
      const folder = join(project.folder, 'system', 'pulumi');
      for (const { path, text } of files.filter(({ path: each }) => /\.[jt]s$/.test(each))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      expect(await project.preview()).toEqual([]);
      await project.pulumi(['up', '--yes', '--skip-preview', '--expect-no-changes']);
      expect((await project.pulumi(['stack', 'output', '--json'])).stdout).toBe(outputs);
    } finally {
      project.remove();
    }
  },
  120_000,
);
