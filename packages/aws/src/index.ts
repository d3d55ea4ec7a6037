export { AwsError, type AwsErrorCode } from './aws-error.ts';
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
export { clientOptions, type Session } from './session.ts';
