import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { loadPulumiInspect } from '../optional-packages.ts';
import { explainRefusal, loadPulumiSystem, type PulumiOptions } from '../pulumi-system.ts';
import { renderPulumiParts } from '../render/pulumi-parts.ts';
import { plural } from '../render/units.ts';
import { note, outStyle, print, printJson } from '../terminal.ts';
import { createOutdir } from './synth.ts';

/** Options of `breakwater synth --target pulumi`. */
export interface SynthPulumiOptions extends PulumiOptions {
  readonly out?: string;
  readonly json?: boolean;
}

const FILE = 'resources.json';

/** `breakwater synth --target pulumi`: what a Pulumi program of the system would register, without an engine. Secrets are masked. */
export async function synthPulumi(options: SynthPulumiOptions): Promise<void> {
  const { loaded, project, ...customization } = await loadPulumiSystem(options);
  const { plan, directory } = loaded;
  const pulumi = await loadPulumiInspect();
  const inspection = await pulumi.inspectSystem({ plan, project, ...customization }).catch(explainRefusal);
  const outdir = resolve(options.out ?? join(directory, '.breakwater', 'pulumi.out'));
  const file = join(outdir, FILE);
  const parts = pulumi
    .partsOf(inspection.registrations, plan, project)
    .filter(({ resources }) => resources.length > 0);
  const written = {
    project,
    stack: plan.env,
    resources: inspection.registrations.map(pulumi.masked),
    outputs: inspection.outputs,
  };
  await createOutdir(outdir);
  await writeFile(file, `${JSON.stringify(written, null, 2)}\n`);
  if (options.json) {
    printJson(written);
    return;
  }
  print(renderPulumiParts(parts, outStyle));
  const count = parts.reduce((sum, { resources }) => sum + resources.length, 0);
  note(
    `\n${plural(count, 'resource')} in ${plural(parts.length, 'part')}. Written to ${relative(process.cwd(), file)}`,
  );
}
