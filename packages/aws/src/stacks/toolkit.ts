import { BaseCredentials, type IIoHost, Toolkit } from '@aws-cdk/toolkit-lib';
import type { Session } from '../session.ts';

/** Name of the stack that `cdk bootstrap` makes. */
export const BOOTSTRAP_STACK = 'CDKToolkit';

/** A CDK toolkit that acts as the session and prints nothing: what it has to say goes to `ioHost`. */
export function toolkitOf(session: Session, ioHost: IIoHost = SILENT): Toolkit {
  return new Toolkit({
    ioHost,
    emojis: false,
    color: false,
    toolkitStackName: BOOTSTRAP_STACK,
    // What a definition does wrong is said by `check`, before; the report of a synthesis does not stop a rollback to an older one.
    assemblyFailureAt: 'none',
    sdkConfig: {
      baseCredentials: BaseCredentials.custom({ provider: session.credentials, region: session.region }),
    },
  });
}

const SILENT: IIoHost = {
  notify: async () => {},
  requestResponse: async ({ defaultResponse }) => defaultResponse,
};
