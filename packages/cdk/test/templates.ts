import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import { type SynthesizeProps, synthesize } from '../src/index.ts';

/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The parts of a template that tests look at. */
export interface Template {
  readonly Description?: string;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** The templates of a plan by stack name, in the order of its stacks; as files hold them, all references resolved. */
export function templatesOf(
  plan: Plan,
  props: Omit<SynthesizeProps, 'plan' | 'outdir'> = {},
): ReadonlyMap<string, Template> {
  const outdir = mkdtempSync(join(tmpdir(), 'breakwater-cdk-'));
  try {
    synthesize({ plan, outdir, ...props });
    return new Map(
      plan.stacks.map(({ name }) => [
        name,
        // The CDK has just written it.
        JSON.parse(readFileSync(join(outdir, `${name}.template.json`), 'utf8')) as Template,
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
