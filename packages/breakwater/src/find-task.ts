import type { ServiceSnapshot, Snapshot, StoreSnapshot, TaskSnapshot } from '@breakwater/protocol';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/**
 * The task that an id or the beginning of one means.
 * @throws CliError when it fits none or several.
 */
export function findTask(snapshot: Snapshot, id: string): TaskSnapshot {
  const wanted = id.toLowerCase();
  const fitting = snapshot.tasks.filter((task) => task.id.startsWith(wanted));
  const [only] = fitting;
  if (fitting.length === 1 && only) return only;
  throw new CliError(fitting.length === 0 ? `There is no task ${id}` : `${id} fits ${fitting.length} tasks`, {
    fix:
      fitting.length === 0
        ? `Choose one that \`breakwater ps\` lists: ${listSome(snapshot.tasks.filter((task) => task.state === 'RUNNING').map((task) => task.id.slice(0, 8)))}.`
        : `Give more of its digits: ${listSome(fitting.map((task) => task.id.slice(0, 12)))}.`,
  });
}

/** The service of that name. @throws CliError with the names there are. */
export function findService(snapshot: Snapshot, name: string): ServiceSnapshot {
  const found = snapshot.services.find((service) => service.name === name);
  if (found) return found;
  throw new CliError(`There is no service ${name}`, {
    fix: `The services of ${snapshot.system} are: ${listSome(snapshot.services.map((service) => service.name))}.`,
  });
}

/** The database, table or bucket of that name, or the only database. @throws CliError with the names there are. */
export function findDatabase(snapshot: Snapshot, name: string | undefined): StoreSnapshot {
  const databases = snapshot.stores.filter((store) => store.kind === 'postgresql');
  const found =
    name === undefined && databases.length === 1
      ? databases[0]
      : snapshot.stores.find((store) => store.name === name);
  if (found) return found;
  if (snapshot.stores.length === 0) throw new CliError(`${snapshot.system} has no database`);
  const names = listSome(snapshot.stores.map((store) => store.name));
  if (name === undefined) {
    throw new CliError(
      `${snapshot.system} has ${databases.length === 0 ? 'no database' : `${databases.length} databases`}`,
      {
        fix: `Name one: ${names}.`,
        exitCode: EXIT.usage,
      },
    );
  }
  throw new CliError(`There is no database ${name}`, { fix: `The stores are: ${names}.` });
}

function listSome(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
}
