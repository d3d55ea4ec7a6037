import { answersOf, type Created, type Inspection, inspectSystem, type Origin } from '../inspect/index.ts';
import type { InspectSystemOptions } from '../inspect/system.ts';
import { codePath, partSource, usageOf } from './file-source.ts';
import { createMarks } from './marks.ts';
import { modelProgram, type ProgramModel, SUPPORT_FILE, SYSTEM_FILE } from './model.ts';
import { projectFiles } from './project.ts';
import { withSettings } from './settings.ts';
import { indexSource, SUPPORT, systemSource } from './system-source.ts';
import { verifyValues, wordOf } from './verify-values.ts';

/** A file of the program; the path is relative to its folder, with `/`. */
export interface EjectedFile {
  readonly path: string;
  readonly text: string;
}

export type EjectOptions = Pick<InspectSystemOptions, 'plan' | 'project' | 'transform' | 'created'>;

/**
 * Writes a system as a Pulumi program that needs Breakwater no longer and registers the same resources: same types, names and parents,
 * and so the same URNs; same arguments, options and outputs. Secrets do not get into the source.
 *
 * @throws EjectError for what cannot be written as source, such as resources of other providers that `created` adds
 * @throws RunError for what Pulumi cannot deploy
 *
 * @example
 * for (const { path, text } of await eject({ plan })) …
 */
export async function eject(options: EjectOptions): Promise<readonly EjectedFile[]> {
  const { plan, project = plan.system } = options;
  const { account } = plan;
  const run = (
    word: (origin: Origin) => string,
    known: (created: Created) => readonly string[],
  ): Promise<Inspection> => inspectSystem({ ...options, answers: answersOf({ account, word, known }) });
  const marks = createMarks();
  const marked = await run(marks.mark, textsOf);
  verifyValues(marked, await run(wordOf, () => []), marks);
  const inspection = withSettings(marked, { plan, project, marks });
  const program = modelProgram(plan, project, inspection, marks);
  const usage = usageOf(program);
  return [
    ...projectFiles(program),
    { path: 'index.ts', text: indexSource(program, usage) },
    { path: `${SYSTEM_FILE}.ts`, text: systemSource(program, usage) },
    { path: `${SUPPORT_FILE}.ts`, text: SUPPORT },
    ...program.files
      .filter((file) => file !== SYSTEM_FILE)
      .map((file) => ({ path: `${file}.ts`, text: partSource(program, file, usage) })),
    ...functionFiles(program),
  ];
}

/** Arguments that are read back as references: `repository.name` is not the name itself. */
function textsOf({ type, inputs }: Created): readonly string[] {
  if (type.startsWith('pulumi:')) return [];
  return Object.entries(inputs).flatMap(([key, value]) => (typeof value === 'string' ? [key] : []));
}

function functionFiles({ resources, project }: ProgramModel): readonly EjectedFile[] {
  return resources.flatMap((resource) =>
    resource.registration.archiveInputs.flatMap((key) => {
      const files = Object.entries(Object(resource.registration.inputs[key]));
      return files.map(([file, code]) => ({ path: codePath(project, resource, file), text: String(code) }));
    }),
  );
}
