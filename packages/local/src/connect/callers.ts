import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TASK_VARIABLE } from '../processes/marker.ts';
import { findProcesses } from '../processes/process-table.ts';
import { readSocketTable, socketsHeldBy } from './socket-table.ts';

/** What is known of a connection's other end: a process of the caller's tasks, somebody else's, or nobody's any more. */
export type CallerVerdict = 'caller' | 'stranger' | 'gone';

/** A running task of a caller. */
export interface CallerTask {
  readonly id: string;
  readonly pid: number;
}

/** Tells whose process is at the other end of connections on loopback. */
export interface CallerCheck {
  /** @param service whose tasks may be at the other end */
  check(socket: Pick<Socket, 'localPort' | 'remotePort'>, service: string): Promise<CallerVerdict>;
}

interface Question {
  readonly service: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly answer: (verdict: CallerVerdict) => void;
}

/**
 * Who is not known at once is looked for again after this time, all such together: a task's process may connect in the
 * moment before the engine has taken note of it, and a search through all processes is not for every connection.
 */
const SECOND_LOOK_MS = 150;

/**
 * Makes the check where this machine allows it: by the kernel's table of sockets and the open files of the tasks'
 * processes, on Linux. Connections that come while a look is under way share the next one, so that many new connections
 * cost few looks. Null where it does not work, tried on a connection of our own.
 * @param tasksOf the tasks of a service that have a process
 */
export async function createCallerCheck(
  tasksOf: (service: string) => readonly CallerTask[],
): Promise<CallerCheck | null> {
  if (!(await worksHere())) return null;
  /** Processes of tasks other than their first: workers. Found once, then looked at first. */
  const workers = new Map<string, readonly number[]>();
  const searchedAt = new Map<string, number>();
  let waiting: Question[] = [];
  let looking = false;
  let late: Question[] = [];

  /** @param second whether who is not found now is a stranger */
  async function lookAt(questions: readonly Question[], second: boolean): Promise<readonly Question[]> {
    const table = await readSocketTable();
    const open = new Map<string, Map<string, Question>>();
    for (const question of questions) {
      const { localPort, remotePort, service } = question;
      // The caller's end has the ports the other way round.
      const inode = table({ localPort: remotePort, remotePort: localPort });
      if (inode === undefined) question.answer('gone');
      else {
        const ofService = open.get(service) ?? new Map<string, Question>();
        open.set(service, ofService.set(inode, question));
      }
    }
    const unknown: Question[] = [];
    for (const [service, byInode] of open) {
      unknown.push(...(await settleService(service, byInode, second)));
    }
    return unknown;
  }

  /** Answers what belongs to tasks of the service; returns the rest. */
  async function settleService(
    service: string,
    byInode: ReadonlyMap<string, Question>,
    second: boolean,
  ): Promise<readonly Question[]> {
    const tasks = tasksOf(service);
    const wanted = new Set(byInode.keys());
    const settle = (pids: readonly number[]): void => {
      for (const pid of pids) {
        if (wanted.size === 0) return;
        for (const inode of socketsHeldBy(pid, wanted)) byInode.get(inode)?.answer('caller');
      }
    };
    const first = tasks.map(({ pid }) => pid);
    settle([...first, ...(workers.get(service) ?? [])]);
    const searchDue =
      performance.now() - (searchedAt.get(service) ?? Number.NEGATIVE_INFINITY) > SECOND_LOOK_MS;
    if (wanted.size > 0 && tasks.length > 0 && (second || searchDue)) {
      searchedAt.set(service, performance.now());
      const ids = new Set(tasks.map(({ id }) => id));
      const found = await findProcesses({
        groups: first,
        marked: (environment) => ids.has(environment.get(TASK_VARIABLE) ?? ''),
      });
      const others = found.map(({ pid }) => pid).filter((pid) => !first.includes(pid));
      workers.set(service, others);
      settle(others);
    }
    return [...wanted].flatMap((inode) => byInode.get(inode) ?? []);
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const questions = waiting;
      waiting = [];
      try {
        const unknown = await lookAt(questions, false);
        if (late.length === 0 && unknown.length > 0) setTimeout(() => void lookAgain(), SECOND_LOOK_MS);
        late.push(...unknown);
      } catch {
        // It worked at the start. Without an answer nobody is let in.
        for (const question of questions) question.answer('stranger');
      }
    }
    looking = false;
  }

  async function lookAgain(): Promise<void> {
    const questions = late;
    late = [];
    const unknown = await lookAt(questions, true).catch(() => questions);
    for (const question of unknown) question.answer('stranger');
  }

  return {
    check: ({ localPort, remotePort }, service) =>
      new Promise((answer) => {
        if (localPort === undefined || remotePort === undefined) {
          answer('gone');
          return;
        }
        waiting.push({ service, localPort, remotePort, answer });
        if (looking) return;
        looking = true;
        void run();
      }),
  };
}

/** Whether we find ourselves at the other end of a connection to ourselves. */
async function worksHere(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const server = createServer();
  const sockets: Socket[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const client = await connectTo(server, sockets);
    const { localPort, remotePort } = client;
    if (localPort === undefined || remotePort === undefined) return false;
    const inode = (await readSocketTable())({ localPort, remotePort });
    return inode !== undefined && socketsHeldBy(process.pid, new Set([inode])).length === 1;
  } catch {
    return false;
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function connectTo(server: Server, sockets: Socket[]): Promise<Socket> {
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  server.on('connection', (socket) => sockets.push(socket));
  return new Promise((resolve, reject) => {
    const client = connect({ port, host: '127.0.0.1' }, () => resolve(client));
    client.once('error', reject);
    sockets.push(client);
  });
}
