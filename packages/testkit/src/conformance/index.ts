export { evaluateStacks, type StackTemplate } from './cloudformation/assembly.ts';
export { compareGraphs, type Graph, type GraphDifference, graphOf } from './graph.ts';
export type { Model } from './model.ts';
export { pulumiCallAnswer, pulumiResourceAnswer } from './pulumi/answer.ts';
export { translatePulumi } from './pulumi/assembly.ts';
export type { PulumiRegistration } from './pulumi/registration.ts';
export { readCloudFormation } from './read-cloudformation.ts';
export { readPulumi } from './read-pulumi.ts';
export { type ConformanceRun, conformanceGaps, renderConformance } from './report.ts';
export { ROWS } from './rows/index.ts';
export type { Expectation, Row, RowGroup, ShownBy } from './rows/row.ts';
export {
  type ConformanceCase,
  type ConformanceTarget,
  conformanceCases,
  conformanceReader,
  describeConformance,
  planOfVariant,
  type TestRunner,
} from './run.ts';
export { type Definitions, SYSTEM_NAMES, type SystemName, VARIANTS, type Variant } from './variants.ts';
