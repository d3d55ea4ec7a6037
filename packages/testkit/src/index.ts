export {
  CLI,
  type CliResult,
  type DrivenEngine,
  driveEngine,
  runCli,
  spawnCli,
  startEngineCli,
} from './engine-driver.ts';
export {
  type Load,
  type LoadOptions,
  type LoadOutcome,
  type LoadRequest,
  percentile,
  startLoad,
} from './load.ts';
export { copySystem, type SystemCopy } from './system-copy.ts';
