import type { ServiceTask } from '../services/service-task.ts';

/** After this long without an answer a task is talked about, long before its health check gives up on it. */
const SILENT_AFTER_MS = 5_000;

/** What to tell a developer whose task runs but does not answer: where it listens instead, if it does. */
export async function silentTaskHint(
  task: ServiceTask,
  now: number,
  listeningPorts: (pid: number) => Promise<readonly number[]>,
): Promise<string | null> {
  if (task.state !== 'RUNNING' || task.health !== 'initial' || task.leaving || task.pid === null) return null;
  if (task.startedAt === null || now - task.startedAt < SILENT_AFTER_MS) return null;
  const ports = await listeningPorts(task.pid);
  const name = `Task ${task.id.slice(0, 8)} of ${task.revision.plan.key}`;
  const seconds = Math.round((now - task.startedAt) / 1_000);
  if (ports.includes(task.port)) {
    const { path } = task.revision.plan.ingress?.health ?? { path: '/' };
    return `${name} listens on port ${task.port} but has not passed its health check (GET ${path}) for ${seconds} s: ${task.healthReason ?? 'no answer yet'}.`;
  }
  if (ports.length > 0) {
    return `${name} listens on port ${ports.join(', ')}, not on ${task.port}: make it listen on the port in the environment variable PORT.`;
  }
  return `${name} has run for ${seconds} s and listens on no port: make it listen on the port in the environment variable PORT (${task.port}).`;
}
