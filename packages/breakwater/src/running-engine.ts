import type { EngineFile } from '@breakwater/protocol';

/** The engine that runs in a folder; null where none does. What a crashed one left counts as none. */
export async function readRunningEngine(directory: string): Promise<EngineFile | null> {
  const { readEngineFile } = await import('@breakwater/local/engine-file');
  const status = await readEngineFile(directory);
  return status.state === 'running' ? status.engine : null;
}
