import { BaseCredentials, BootstrapEnvironments, Toolkit } from '@aws-cdk/toolkit-lib';
import type { Emulator } from './start.ts';

/** Bootstraps the emulator's account in a region, by default its own. The environment must be applied. */
export async function bootstrap(emulator: Emulator, region: string = emulator.region): Promise<void> {
  const toolkit = quietToolkit(region);
  await toolkit.bootstrap(BootstrapEnvironments.fromList([`aws://${emulator.account}/${region}`]));
}

/** A toolkit that says nothing and answers every question with its default. */
export function quietToolkit(region: string): Toolkit {
  return new Toolkit({
    ioHost: {
      notify: async () => {},
      requestResponse: async (request) => request.defaultResponse,
    },
    sdkConfig: { baseCredentials: BaseCredentials.awsCliCompatible({ defaultRegion: region }) },
  });
}
