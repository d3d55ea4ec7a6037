import { loadCdkCustomization } from '../cdk-customization.ts';
import { EXIT } from '../exit-codes.ts';
import { loadCdkCheck } from '../optional-packages.ts';
import { renderFindings } from '../render/findings.ts';
import { type DefinitionOptions, environmentName, loadPlan } from '../resolve-plan.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater check`. */
export interface CheckOptions extends DefinitionOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `breakwater check`: security and correctness before a deployment. Needs no account. */
export async function check(options: CheckOptions): Promise<void> {
  const { plan, diagnostics, directory } = await loadPlan(options);
  const [cdk, customization] = await Promise.all([
    loadCdkCheck(),
    loadCdkCustomization(directory, environmentName(options, process.env)),
  ]);
  const all = await cdk.check({ plan, diagnostics, ...customization });
  const findings = options.all ? all : all.filter(({ acknowledged }) => acknowledged === null);
  if (options.json) printJson({ findings });
  else print(renderFindings(findings, all.length - findings.length, outStyle));
  if (all.some(cdk.isBlocking)) process.exitCode = EXIT.checkFailed;
}
