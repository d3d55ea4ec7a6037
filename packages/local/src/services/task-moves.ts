import type { DeploymentTaskEvent } from '@breakwater/behaviour';
import { countTask, isUnderWay } from './deployment.ts';
import { LAUNCH_PACE_START, type LaunchOutcome, mayLaunch, stepLaunchPace } from './launch-pace.ts';
import { type Placement, placeTask } from './placement.ts';
import { allTasks, type Scheduler, sorted } from './scheduler.ts';
import type { Revision, ServiceTask, Slot, StopReason } from './service-task.ts';

/** Stopped tasks are shown for a while, so that one can see why they stopped. */
const KEPT_STOPPED_MS = 60_000;
const KEPT_STOPPED_TASKS = 30;

/** Starts up to `count` tasks; fewer while launches are slowed down or every zone is lost. */
export function startTasks(s: Scheduler, count: number, revision: Revision, slot: Slot): void {
  for (let i = 0; i < count; i += 1) {
    // The capacity provider strategy and the spread over zones hold for each revision by itself.
    const peers = allTasks(s).filter((task) => !task.leaving && task.revision === revision);
    const placement = placeTask(revision.plan.capacity, s.options.zones(), peers);
    if (placement === null || startTask(s, revision, slot, placement) === null) return;
  }
}

/** Starts a task in a given place; null while launches are slowed down. */
export function startTask(
  s: Scheduler,
  revision: Revision,
  slot: Slot,
  placement: Placement,
): ServiceTask | null {
  const { clock, launcher } = s.options;
  if (!mayLaunch(s.pace, clock.scaled(), clock.now())) return null;
  const task = launcher.launch({ revision, slot, ...placement });
  s.tasks.set(task.id, task);
  return task;
}

/** Takes a task out of service, once. */
export function stopTask(s: Scheduler, task: ServiceTask, why: StopReason): void {
  if (task.leaving) return;
  task.leaving = true;
  s.options.launcher.stop(task, why);
}

/** Takes tasks out of service because the scheduler wants it so. */
export function stopTasks(s: Scheduler, tasks: readonly ServiceTask[], reason: string): void {
  for (const task of tasks) stopTask(s, task, { stopCode: 'ServiceSchedulerInitiated', reason });
}

/** Stops tasks that failed their health checks, and tells the circuit breaker. */
export function stopUnhealthy(s: Scheduler, tasks: readonly ServiceTask[]): void {
  for (const task of tasks) {
    const why = task.healthReason ?? 'unhealthy';
    noteFailure(s, task, `task ${task.id.slice(0, 8)} failed its health checks (${why})`);
    countForBreaker(s, task, 'failed-health-check');
  }
  stopTasks(s, tasks, 'Task failed ELB health checks');
}

/** Takes note of a task that has changed: back-off, circuit breaker, what to tell people. */
export function noteTask(s: Scheduler, task: ServiceTask): void {
  if (task.startedAt !== null && !s.ran.has(task)) {
    s.ran.add(task);
    paceAfter(s, 'running');
    countForBreaker(s, task, 'running');
  }
  if (task.health === 'healthy') noteHealthy(s, task);
  if (task.state !== 'STOPPED' || task.leaving) return;
  task.leaving = true;
  noteFailure(s, task, task.stoppedReason ?? 'a task ended');
  // A task that had been healthy and dies is replaced; it says nothing against its revision.
  if (task.wasHealthy) return;
  const ran = s.ran.has(task);
  countForBreaker(s, task, ran ? 'exited' : 'never-ran');
  paceAfter(s, ran ? 'crashed' : 'never-ran');
}

/** Takes note of the tasks that count as healthy by now; those without a target group tell it by their age alone. */
export function noteHealthyTasks(s: Scheduler): void {
  for (const task of sorted(s, s.tasks.values()).healthy) noteHealthy(s, task);
}

function noteHealthy(s: Scheduler, task: ServiceTask): void {
  if (task.wasHealthy) return;
  task.wasHealthy = true;
  s.pace = LAUNCH_PACE_START;
  countForBreaker(s, task, 'healthy');
}

/** Forgets tasks that stopped a while ago. */
export function forgetStoppedTasks(s: Scheduler): void {
  const now = s.options.clock.now();
  const ended = allTasks(s).filter(({ state }) => state === 'STOPPED');
  const tooMany = ended.length - KEPT_STOPPED_TASKS;
  ended.forEach((task, index) => {
    if (index < tooMany || now - (task.stoppedAt ?? 0) > KEPT_STOPPED_MS) s.tasks.delete(task.id);
  });
}

function paceAfter(s: Scheduler, outcome: LaunchOutcome): void {
  const { clock } = s.options;
  s.pace = stepLaunchPace(s.pace, outcome, clock.scaled(), clock.now());
}

function noteFailure(s: Scheduler, task: ServiceTask, sentence: string): void {
  const { current } = s;
  if (current === null || !isUnderWay(current) || task.revision === current.revision)
    s.lastFailure = sentence;
}

/** Counts what became of a task for or against the deployment that brought it. */
function countForBreaker(s: Scheduler, task: ServiceTask, event: DeploymentTaskEvent): void {
  const { current, desired } = s;
  if (current?.state === 'IN_PROGRESS' && task.revision === current.revision)
    countTask(current, event, desired);
}
