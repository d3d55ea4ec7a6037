import { constants } from 'node:os';
import type { ProcessExit } from '../processes/start-process.ts';

/**
 * Why a task stopped, in ECS's words.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html#ECS-Type-Task-stopCode
 */
export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated'
  | 'SpotInterruption';

/** The exit code as a container has it: 128 and the signal's number for a process that was ended by one. */
export function containerExitCode({ exitCode, signal }: ProcessExit): number | null {
  if (exitCode !== null) return exitCode;
  return signal === null ? null : 128 + constants.signals[signal];
}

/** What an exit code means, for people; null where it says nothing beyond itself. */
export function exitMeaning(exitCode: number | null): string | null {
  switch (exitCode) {
    case null:
    case 1:
      return null;
    case 0:
      return 'it ended without an error, but a service must go on running';
    case 126:
      return 'the command could not be executed';
    case 127:
      return 'a command was not found';
    case 137:
      return 'SIGKILL: killed, or out of memory';
    case 139:
      return 'SIGSEGV: it crashed';
    case 143:
      return 'SIGTERM, which it does not handle';
    default: {
      const signal = Object.entries(constants.signals).find(([, number]) => number + 128 === exitCode)?.[0];
      return signal ?? null;
    }
  }
}
