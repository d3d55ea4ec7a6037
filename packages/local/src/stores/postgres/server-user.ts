import { spawnSync } from 'node:child_process';
import { chmod, chown, lchown, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { EngineError } from '../../state/engine-error.ts';

/** As whom PostgreSQL runs: it refuses to run as root. */
export type ServerUser =
  /** As the engine itself. */
  | { readonly kind: 'self'; readonly uid: number }
  /** The engine is root: as another, unprivileged user. */
  | { readonly kind: 'setuid'; readonly uid: number; readonly gid: number }
  /**
   * The engine is root and no other user can reach the folder (`/root` is closed to all): root without privileges,
   * who appears as `insideUid` in a user namespace of Linux.
   */
  | { readonly kind: 'namespace'; readonly uid: 0; readonly insideUid: number; readonly insideGid: number };

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The folder that the engine may open up for another user; parents above it belong to the machine. */
const STATE_FOLDER = '.breakwater';

/**
 * Decides as whom the server runs, so that it can reach its data and its binaries, without creating users.
 * As root: the data's owner, else the owner of the project's folder, else `postgres`, else `nobody`, else root in a
 * user namespace. Throws {@link EngineError} `FOLDER_NOT_WRITABLE` when nobody can.
 */
export async function chooseServerUser(options: {
  readonly directory: string;
  readonly dataDirectory: string;
  /** What else the server must be able to read: its binaries. */
  readonly mustReach: readonly string[];
}): Promise<ServerUser> {
  const self = process.getuid?.() ?? 0;
  const dataOwner = await ownerOf(options.dataDirectory);
  if (self !== 0) {
    if (dataOwner !== null && dataOwner.uid !== self) {
      throw new EngineError(
        'FOLDER_NOT_WRITABLE',
        `The database in ${options.dataDirectory} belongs to the user with id ${dataOwner.uid}, and this is the user with id ${self}; PostgreSQL runs only as the owner of its data.`,
        `Run as that user, or make it yours: sudo chown -R ${self} ${options.directory}`,
      );
    }
    return { kind: 'self', uid: self };
  }

  // Symbolic links on the way lead through other folders than the name shows.
  const directory = await realpath(options.directory);
  await openStateFolder(directory);
  const accounts = await readAccounts();
  const needed = [directory, ...(await Promise.all(options.mustReach.map((path) => realpath(path))))];
  for (const candidate of await listCandidates(dataOwner, directory, accounts)) {
    const reaches = await Promise.all(needed.map((path) => canReach(path, candidate)));
    if (reaches.every(Boolean)) {
      if (dataOwner !== null && dataOwner.uid !== candidate.uid) {
        await chownAll(options.dataDirectory, candidate.uid, candidate.gid);
      }
      return { kind: 'setuid', uid: candidate.uid, gid: candidate.gid };
    }
  }

  const inside = accounts.find(({ name }) => name === 'nobody') ?? accounts.find(({ uid }) => uid !== 0);
  if (inside !== undefined && canUseNamespace(inside)) {
    if (dataOwner !== null && dataOwner.uid !== 0) await chownAll(options.dataDirectory, 0, 0);
    return { kind: 'namespace', uid: 0, insideUid: inside.uid, insideGid: inside.gid };
  }
  throw new EngineError(
    'FOLDER_NOT_WRITABLE',
    `PostgreSQL refuses to run as root, and no other user can enter ${options.directory}: a folder above it is closed to others, and this machine allows no user namespaces.`,
    'Run as an ordinary user, move the project to a folder that others may enter, or use --database-url.',
  );
}

/** What runs `command` as `user`, as `startProcess` and `spawn` want it. */
export function commandAs(
  user: ServerUser,
  command: string,
  args: readonly string[],
): {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
} {
  switch (user.kind) {
    case 'self':
      return { command, args };
    case 'setuid':
      return { command, args, uid: user.uid, gid: user.gid };
    case 'namespace':
      // unshare replaces itself by the command: the process id stays the same.
      return { command: 'unshare', args: [...unshareArguments(user), command, ...args] };
  }
}

/** Gives a file or folder to the server's user; nothing to do when that is us. */
export async function giveTo(user: ServerUser, path: string): Promise<void> {
  if (user.kind === 'setuid') await chown(path, user.uid, user.gid);
}

function unshareArguments(user: { readonly insideUid: number; readonly insideGid: number }): string[] {
  return ['--user', `--map-user=${user.insideUid}`, `--map-group=${user.insideGid}`, '--'];
}

function canUseNamespace(inside: Account): boolean {
  const args = unshareArguments({ insideUid: inside.uid, insideGid: inside.gid });
  return spawnSync('unshare', [...args, 'true'], { stdio: 'ignore', timeout: 2_000 }).status === 0;
}

async function listCandidates(
  dataOwner: Account | null,
  directory: string,
  accounts: readonly Account[],
): Promise<readonly Account[]> {
  const candidates: Account[] = [];
  if (dataOwner !== null && dataOwner.uid !== 0) candidates.push(dataOwner);
  for (let path = resolve(directory); path !== dirname(path); path = dirname(path)) {
    const owner = await ownerOf(path);
    const account = accounts.find(({ uid }) => uid !== 0 && uid === owner?.uid);
    if (account !== undefined) {
      candidates.push(account);
      break;
    }
  }
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const account = accounts.find((entry) => entry.name === name && entry.uid !== 0);
    if (account !== undefined) candidates.push(account);
  }
  return candidates;
}

/** initdb wants its user in the list of accounts, so only those in it come into question. */
async function readAccounts(): Promise<readonly Account[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined || name.startsWith('#')) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

async function ownerOf(path: string): Promise<Account | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : { name: String(found.uid), uid: found.uid, gid: found.gid };
}

/** Whether the user can enter every folder on the way and read what is at its end, by the permission bits. */
async function canReach(path: string, user: Account): Promise<boolean> {
  const target = resolve(path);
  for (let at = target; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found === null) return false;
    const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0;
    const wanted = at === target && !found.isDirectory() ? 0o5 : 0o1;
    if (((found.mode >> shift) & wanted) !== wanted) return false;
    if (at === dirname(at)) return true;
  }
}

/** Lets other users pass through the state folder (not list it), down to the store's. */
async function openStateFolder(directory: string): Promise<void> {
  const parts = resolve(directory).split(sep);
  const first = parts.lastIndexOf(STATE_FOLDER);
  const from = first === -1 ? parts.length : first + 1;
  for (let length = from; length <= parts.length; length += 1) {
    const path = parts.slice(0, length).join(sep);
    const { mode } = await stat(path);
    if ((mode & 0o011) !== 0o011) await chmod(path, (mode & 0o7777) | 0o011);
  }
}

async function chownAll(path: string, uid: number, gid: number): Promise<void> {
  await lchown(path, uid, gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await chownAll(child, uid, gid);
    else await lchown(child, uid, gid);
  }
}
