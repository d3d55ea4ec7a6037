import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type AccountOptions, openAccount } from '../account.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { loadVerify } from '../optional-packages.ts';
import { errStyle, note, outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater verify`. */
export interface VerifyOptions extends AccountOptions {
  readonly outputs?: string;
  readonly url?: string;
  readonly timeout: number;
  readonly junit?: string;
  readonly json?: boolean;
}

/** `breakwater verify`: compares the live account with the definition. Changes nothing. */
export async function verify(options: VerifyOptions): Promise<void> {
  const { aws, session, loaded, unknown } = await openAccount(options);
  const { directory } = loaded;
  const file = resolve(options.outputs ?? join(directory, aws.OUTPUTS_FILE));
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file} cannot be read`, {
      why: error instanceof Error ? error.message : String(error),
      ...(isMissing(error) ? { exitCode: EXIT.notRunning } : {}),
      fix: 'Deploy first: `breakwater deploy` writes it, and `breakwater outputs` anew; after `pulumi up` it is `pulumi stack output --json | breakwater outputs --from -`. Or name another with --outputs.',
    });
  });
  const outputs = aws.readFlatOutputs(text);
  const plan = aws.planOfOutputs(outputs, loaded.plan, unknown);
  const { renderCheck, renderVerifyJunit, renderVerifySummary, ...verifier } = await loadVerify();
  const paint = (state: 'passed' | 'failed' | 'skipped', word: string) =>
    ({ passed: outStyle.green, failed: outStyle.red, skipped: outStyle.dim })[state](word);
  const watch = !options.json && process.stderr.isTTY === true;
  let done = 0;
  const report = await verifier.verify(session, {
    plan,
    outputs,
    http: { timeoutMs: options.timeout, ...(options.url === undefined ? {} : { baseUrl: options.url }) },
    onCheck: ({ title }) => {
      done += 1;
      if (watch) process.stderr.write(`\r\u001b[2K${errStyle.dim(`${done} ${title}`)}`);
    },
  });
  if (watch) process.stderr.write('\r\u001b[2K');
  if (options.junit !== undefined) await writeFile(resolve(options.junit), renderVerifyJunit(report));
  if (options.json) printJson(report);
  else {
    const width = Math.max(...report.checks.map(({ id }) => id.length));
    for (const each of report.checks) print(renderCheck(each, width, paint));
    note(`\n${renderVerifySummary(report)}`);
  }
  if (report.failed > 0) process.exitCode = EXIT.verifyFailed;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
