import * as pulumi from '@pulumi/pulumi';
import { checkAccount } from './preflight.ts';
import { ownProvider } from './provider.ts';
import { planOf, refused, System, type SystemOptions } from './system.ts';

/** Settings of a stack that `programOf` reads, in `Pulumi.<stack>.yaml` under the project's name. */
export const SETTINGS = {
  /** Suffix of the environment. @default `ENVIRONMENT_SUFFIX`, or `dev` */
  env: 'environmentSuffix',
  /** Account, twelve digits in quotes: what is named for all of AWS is named with it. */
  account: 'account',
  /** Images by service, as `<repository uri>@sha256:…`. */
  images: 'images',
} as const;

/** What `programOf` is told. */
export interface ProgramOptions extends Pick<SystemOptions, 'transform'> {
  /** Called with everything that was created, before the program ends. */
  readonly created?: (system: System) => void;
}

/**
 * A whole Pulumi program of a system: the default export of its `index.ts`. The environment is the stack's `environmentSuffix`,
 * the region the definition's unless the stack says `aws:region`, and the outputs of the stack are those of the plan.
 *
 * The program fails before anything is registered when the definition or a setting has mistakes, with the same findings as every
 * other target. Then it looks whether the account has the secrets and the hosted zone that the definition takes for granted: until
 * they are there, no resource is registered either.
 *
 * @param definition what `defineSystem` gave, or a function of the environment that gives it
 *
 * @example
 * import { programOf } from '@breakwater/pulumi';
 * import definition from '../breakwater.config.ts';
 *
 * export default programOf(definition);
 */
export function programOf(
  definition: unknown,
  { created, transform = {} }: ProgramOptions = {},
): () => Promise<Readonly<Record<string, pulumi.Output<string>>>> {
  return async () => {
    const config = new pulumi.Config();
    const env = config.get(SETTINGS.env) ?? (process.env['ENVIRONMENT_SUFFIX'] || 'dev');
    const region = new pulumi.Config('aws').get('region');
    const account = config.get(SETTINGS.account);
    const images = config.getObject<Readonly<Record<string, string>>>(SETTINGS.images);
    const given: unknown = typeof definition === 'function' ? definition({ env }) : definition;
    const plan = planOf({
      definition: await given,
      env,
      ...(region === undefined ? {} : { region }),
      ...(account === undefined ? {} : { account }),
    });
    const project = pulumi.getProject();
    const provider = ownProvider(project, plan);
    const missing = await checkAccount(plan, { provider });
    if (missing.length > 0) throw refused(missing);
    const system = new System(
      project,
      { plan, transform, ...(images === undefined ? {} : { images }) },
      { providers: [provider] },
    );
    created?.(system);
    return { ...system.outputs };
  };
}
