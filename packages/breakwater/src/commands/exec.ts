import { type AccountOptions, openAccount } from '../account.ts';
import { errStyle, note } from '../terminal.ts';

/** Options of `breakwater exec`. */
export interface ExecOptions extends AccountOptions {
  readonly task?: string;
  readonly container?: string;
}

/** `breakwater exec <service> [command...]`: a shell, or another command, in a task on AWS. */
export async function exec(service: string, command: readonly string[], options: ExecOptions): Promise<void> {
  const { aws, session, loaded } = await openAccount(options);
  const { task, container } = options;
  process.exitCode = await aws.exec(session, {
    plan: loaded.plan,
    service,
    ...(task === undefined ? {} : { task }),
    ...(container === undefined ? {} : { container }),
    ...(command.length === 0 ? {} : { command }),
    onTask: ({ id, container: name }) => note(errStyle.dim(`${name} of task ${id}`)),
  });
}
