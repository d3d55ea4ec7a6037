import { emulatorPython } from './python.ts';

/** Vitest's global setup: what has to be downloaded is there before the first test's clock runs. */
export async function setup(): Promise<void> {
  await emulatorPython();
}
