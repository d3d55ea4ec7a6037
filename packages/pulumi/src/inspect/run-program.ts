import * as pulumi from '@pulumi/pulumi';
import type { Registration } from './registration.ts';

/** What the default export of an `index.ts` is. */
export type Program = () => Promise<Readonly<Record<string, unknown>>>;

/** How long a program is waited for. */
interface Patience {
  /** Grows with whatever the program does. */
  readonly progress: () => number;
  /** Milliseconds without progress after which a program that waits has waited in vain. */
  readonly patience: number;
}

/** What an output becomes that is put into a text without `pulumi.interpolate`. */
const AS_TEXT = /Calling \[to(?:String|JSON)\] on an \[Output<T>\]/;

/**
 * Fails where an output is used as text: a mistake that the SDK only writes into the text itself.
 * @throws Error that names the arguments and outputs
 */
export function refuseText(registrations: readonly Registration[], outputs: object): void {
  const places = [
    ...registrations.flatMap(({ name, inputs }) =>
      Object.entries(inputs).map(([key, value]) => [`${name}.${key}`, value] as const),
    ),
    ...Object.entries(outputs),
  ].filter(([, value]) => AS_TEXT.test(JSON.stringify(value) ?? ''));
  if (places.length > 0)
    throw new Error(
      `An output is used as text: ${places.map(([place]) => place).join(', ')}. Use pulumi.interpolate or apply.`,
    );
}

/** A few turns of the event loop. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resume) => setImmediate(resume));
}

/** Fails when nothing new happens for so long: an engine ends such a program as well, once nothing else runs in it. */
async function inVain({ progress, patience }: Patience, ended: () => boolean): Promise<never> {
  for (let seen = -1; seen !== progress(); ) {
    seen = progress();
    await new Promise((resume) => {
      // The process need not stay for it.
      setTimeout(resume, patience).unref();
    });
    if (ended()) return new Promise<never>(() => undefined);
  }
  throw new Error(
    'The program waits for an output that never gets a value: a promise in it is never resolved.',
  );
}

/**
 * Runs the program to its end: everything that is under way, whether the program waits for it or not. What fails without anyone
 * waiting for it ends it as well, as it ends `pulumi up`, and so does an output that never gets a value.
 */
export async function untilDone(
  program: Program,
  { progress, patience }: Patience,
): Promise<Readonly<Record<string, unknown>>> {
  // The SDK has this one too without saying so: what it says is `disconnect`, which also closes a connection that is not there.
  const runtime = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };
  let fail = (_: unknown): void => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  process.on('unhandledRejection', fail);
  let ended = false;
  try {
    // The SDK would tell of what the program throws at several places; here it is told once.
    let thrown: { readonly error: unknown } | null = null;
    const guarded = () =>
      program().catch((error: unknown) => {
        thrown = { error };
        return {};
      });
    const done = pulumi.runtime.runInPulumiStack(guarded).then(async (outputs) => {
      // What an output is applied to may register more, or throw where nobody waits: Node tells of that at the end of a turn.
      for (let seen = -1; seen !== progress(); ) {
        seen = progress();
        await runtime.waitForRPCs();
        await turns();
      }
      if (thrown !== null) throw thrown.error;
      return resolved(outputs ?? {});
    });
    return await Promise.race([done, failed, inVain({ progress, patience }, () => ended)]);
  } finally {
    ended = true;
    process.off('unhandledRejection', fail);
  }
}

/** An output's value, known by now. */
function valueBehind(output: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.output([output]).apply(([value]) => resolve(value));
  });
}

async function resolved(
  outputs: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(outputs).map(
    async ([key, value]) => [key, await valueBehind(value)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
