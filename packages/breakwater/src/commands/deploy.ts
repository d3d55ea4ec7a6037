import { type AccountOptions, accountSynthesizer, openAccount } from '../account.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { displayPath } from '../find-definition.ts';
import { summariseStacks } from '../render/deploy-progress.ts';
import { renderTable } from '../render/table.ts';
import { formatDuration } from '../render/units.ts';
import { supervised } from '../supervised.ts';
import { note, outStyle, print, printRecord } from '../terminal.ts';

/** Options of `breakwater deploy`. */
export interface DeployOptions extends AccountOptions {
  readonly image: readonly string[];
  readonly acceptDataLoss: readonly string[];
  readonly json?: boolean;
}

/** `breakwater deploy`: build, push, deploy. Prints the outputs. */
export async function deploy(options: DeployOptions): Promise<void> {
  const images = readImages(options.image);
  const account = await openAccount(options);
  const { aws, session, loaded } = account;
  const { plan, directory } = loaded;
  const synthesize = await accountSynthesizer(account, options);
  note(`${plan.system} ${plan.env} → account ${session.account}, ${session.region}`);
  const result = await supervised(options, (context) =>
    aws.deploy(session, {
      ...context,
      plan,
      directory,
      synthesize,
      images,
      acceptDataLoss: options.acceptDataLoss,
    }),
  );
  if (options.json) {
    printRecord({ kind: 'result', ...result });
    return;
  }
  note(
    result.changed
      ? `\nRelease ${result.release} is live after ${formatDuration(result.durationMs)}: ${summariseStacks(result.stacks)}.`
      : '\nNothing to change: everything is as the definition says.',
  );
  print(renderTable([{ heading: 'OUTPUT' }, { heading: 'VALUE' }], Object.entries(result.outputs), outStyle));
  note(`Written to ${displayPath(result.outputsFile)}`);
}

/** `api=<repository>@sha256:…`, or the digest alone. */
export function readImages(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, service, digest] = /^([^=]+)=(?:[^@]*@)?(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
      if (service === undefined || digest === undefined)
        throw new CliError(`--image ${text} names no image by its digest`, {
          why: 'a tag may point to something else tomorrow',
          fix: 'Give SERVICE=sha256:… with 64 hexadecimal digits; `docker push` prints it.',
          exitCode: EXIT.usage,
        });
      return [service, digest] as const;
    }),
  );
}
