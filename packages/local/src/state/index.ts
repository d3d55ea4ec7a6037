export { alreadyRunning, EngineError, systemErrorCode, writeProblem } from './engine-error.ts';
export type { EngineStatus } from './engine-file.ts';
export { readEngineFile, removeEngineFile, writeAtomically, writeEngineFile } from './engine-file.ts';
export type { StateLayout } from './layout.ts';
export { createStateFolders, STATE_FOLDER, stateLayout } from './layout.ts';
export type { EngineLock, LockResult } from './lock.ts';
export { acquireEngineLock } from './lock.ts';
