export { AwsError, type AwsErrorCode, type AwsErrorDetails, together } from './aws-error.ts';
export { deploy } from './deploy/deploy.ts';
export type { DeployOptions, DeployResult } from './deploy/options.ts';
export { type DestroyOptions, type DestroyResult, destroy } from './destroy/destroy.ts';
export { type DestroyPlan, destroyPlan, type Valuable } from './destroy/destroy-plan.ts';
export type { ChangeAction, ResourceChange, StackChange } from './diff/changes.ts';
export { type DiffOptions, type DiffResult, diff } from './diff/diff.ts';
export type { DeployEvent, OnEvent, StackOutcome } from './events.ts';
export { lookupContext } from './hosted-zone.ts';
export type { Images } from './images/resolve-images.ts';
export { type ExecOptions, exec } from './observe/exec.ts';
export { type CloudLogLine, type CloudLogsOptions, logs } from './observe/logs.ts';
export {
  type AlarmStatus,
  type DatabaseStatus,
  type DeploymentStatus,
  type ServiceStatus,
  type SystemStatus,
  status,
} from './observe/status.ts';
export { type FlatOutputs, OUTPUTS_FILE, outputs, readFlatOutputs, writeFlatOutputs } from './outputs.ts';
export type { Findings } from './preflight/findings.ts';
export { type PreflightRequest, preflight } from './preflight/preflight.ts';
export { checkOutputs, planOfOutputs, readPulumiOutputs } from './pulumi-outputs.ts';
export { listReleases } from './releases/log.ts';
export type { ReleaseSummary } from './releases/release.ts';
export { type RollbackOptions, type RollbackResult, rollback } from './releases/rollback.ts';
export { clientOptions, openSession, type Session, type SessionRequest } from './session.ts';
export type { SynthesisRequest, Synthesize } from './stacks/assembly.ts';
export type { SystemId } from './stacks/read.ts';
