import type { Session } from '../../src/index.ts';
import { readTemplate } from '../../src/stacks/read.ts';
import type { Template } from '../../src/stacks/template.ts';

/** The template that a stack was deployed with. */
export async function templateOf(session: Session, stackName: string): Promise<Template> {
  const template = await readTemplate(session, stackName);
  if (template === null) throw new Error(`no stack ${stackName}`);
  return template;
}
