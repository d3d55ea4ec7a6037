import type { Check, CheckResult } from '../doctor/check.ts';
import { fail, warn } from '../doctor/check.ts';
import { checkDefinition, checkEngine, checkFolder, checkGit } from '../doctor/folder.ts';
import { checkMemory, checkNode, checkPort, checkPostgres } from '../doctor/machine.ts';
import { EXIT } from '../exit-codes.ts';
import { DEFINITION_NAMES, findDefinition, tryFindDefinition } from '../find-definition.ts';
import { plural } from '../render/units.ts';
import { outStyle, print, printJson, type Style } from '../terminal.ts';

/** Options of `breakwater doctor`. */
export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `breakwater doctor`: looks at machine and folder; exit 5 when something is in the way. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const here = process.cwd();
  const place = options.config === undefined ? tryFindDefinition(here) : findDefinition(here, options.config);
  const directory = place?.directory ?? here;
  const checks: readonly Check[] = [
    () => checkNode(),
    checkPostgres,
    checkMemory,
    () => checkPort(),
    () =>
      place
        ? checkDefinition(place.file)
        : warn(
            'definition',
            `There is no ${DEFINITION_NAMES[0]} here or above`,
            'Write a first one with `breakwater init`.',
          ),
    // Without a definition nothing is kept here, so nothing is written to find out.
    ...(place ? [() => checkFolder(directory), () => checkEngine(directory), () => checkGit(directory)] : []),
  ];
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await safely(check));
  const failed = results.filter(({ status }) => status === 'fail').length;
  if (options.json) printJson({ ok: failed === 0, checks: results });
  else print(renderChecks(results, outStyle));
  if (failed > 0) process.exitCode = EXIT.checkFailed;
}

async function safely(check: Check): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    return fail(
      'doctor',
      error instanceof Error ? error.message : String(error),
      'Please report this: a check must not fail itself.',
    );
  }
}

/** A line per check, with what to do below those that are not well. */
export function renderChecks(results: readonly CheckResult[], style: Style): string {
  const paints = { ok: style.green, warn: style.yellow, fail: style.red } as const;
  const lines = results.map(({ name, status, message, fix }) => {
    const line = `${paints[status](status.padEnd(4))}  ${name.padEnd(10)}  ${message}`;
    return fix === null ? line : `${line}\n${' '.repeat(18)}→ ${fix}`;
  });
  const failed = results.filter(({ status }) => status === 'fail').length;
  const warned = results.filter(({ status }) => status === 'warn').length;
  const verdict =
    failed > 0
      ? style.red(`${plural(failed, 'thing')} must be repaired.`)
      : warned > 0
        ? `Systems can run here; ${plural(warned, 'thing')} to know.`
        : style.green('Everything is well.');
  return [...lines, '', verdict].join('\n');
}
