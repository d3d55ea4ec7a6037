export { AwsError, type AwsErrorCode } from './aws-error.ts';
export { clientOptions, type Session } from './session.ts';
