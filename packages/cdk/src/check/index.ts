export { type AcknowledgedFinding, acknowledge } from './acknowledged-finding.ts';
export { ACKNOWLEDGEMENTS, type Acknowledgement, acknowledgementOf } from './acknowledgements.ts';
export { applyRules } from './apply-rules.ts';
export { type CheckProps, check, findingsOf } from './check.ts';
export { type CheckedSystem, checkedSystem, type Resource, type Template } from './checked-system.ts';
export { type Finding, isBlocking, sortFindings } from './finding.ts';
export type { Hit, Rule } from './rule.ts';
export { RULES } from './rules/index.ts';
export { type Synthesized, synthesizeAndJudge, type Violation } from './synthesized.ts';
