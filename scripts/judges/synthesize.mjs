// The four reference systems and one with every option, in two environments: their templates, and what cdk-nag says about them. Bundled from the packages'
// sources by test-judges.mjs, so that no build is needed.
import { join } from 'node:path';
import { synthesize } from '@breakwater/cdk';
import { check } from '@breakwater/cdk/check';
import { formatDiagnostics, resolve } from '@breakwater/plan';
import catalog from '../../systems/catalog/breakwater.config.ts';
import payments from '../../systems/payments/breakwater.config.ts';
import shop from '../../systems/shop/breakwater.config.ts';
import storefront from '../../systems/storefront/breakwater.config.ts';
import everyOption from './every-option.mjs';

const systems = { catalog, payments, shop, storefront, 'every-option': everyOption };

/** Writes each assembly to a folder of its own below `root`; `findings` are those of `check`. */
export async function synthesizeSystems(root) {
  const assemblies = [];
  for (const [system, definition] of Object.entries(systems)) {
    for (const env of ['dev', 'prod']) {
      const { plan, diagnostics } = resolve(definition, { env });
      if (plan === null)
        throw new Error(`${system} has no plan in ${env}:\n${formatDiagnostics(diagnostics)}`);
      const folder = join(root, `${system}.${env}`);
      synthesize({ plan, outdir: folder });
      const findings = await check({ plan, diagnostics });
      const templates = plan.stacks.map(({ name }) => join(folder, `${name}.template.json`));
      assemblies.push({ name: `${system} ${env}`, region: plan.region, templates, findings });
    }
  }
  return assemblies;
}
