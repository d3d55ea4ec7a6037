export {
  type ConformanceCase,
  type ConformanceRun,
  type ConformanceTarget,
  conformanceCases,
  conformanceGaps,
  conformanceReader,
  type Definitions,
  describeConformance,
  type Expectation,
  type Model,
  planOfVariant,
  ROWS,
  type Row,
  type RowGroup,
  readCloudFormation,
  renderConformance,
  type ShownBy,
  type StackTemplate,
  SYSTEM_NAMES,
  type SystemName,
  type TestRunner,
  VARIANTS,
  type Variant,
} from './conformance/index.ts';
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
export { renderTraps, TRAPS, type Trap, type TrapGroup, type TrapTest } from './traps/index.ts';
