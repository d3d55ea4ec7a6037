export { listChecks } from './areas/index.ts';
export { AREAS, type Area, type Check } from './check.ts';
export type { HttpOptions } from './http.ts';
export type { Outcome } from './outcome.ts';
export { renderVerifyJson } from './render/json.ts';
export { renderVerifyJunit } from './render/junit.ts';
export { type PaintState, renderCheck, renderVerifySummary, renderVerifyText } from './render/text.ts';
export type { CheckResult, VerifyReport } from './report.ts';
export { type VerifyOptions, verify } from './verify.ts';
