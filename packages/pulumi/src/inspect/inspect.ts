import * as pulumi from '@pulumi/pulumi';
import { plain, type RegisterRequest, type Registration, readRequest } from './registration.ts';
import { type Program, refuseText, untilDone } from './run-program.ts';

/** What AWS would say of something created: its id and whatever it adds to what it was created with. */
export interface Answer {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** What is created, as far as AWS needs to know it for an answer. */
export interface Created extends Pick<Registration, 'type' | 'name' | 'inputs'> {
  /** Properties of the resource that its arguments leave open: AWS decides them, or nobody. */
  readonly open: readonly string[];
}

/** Stands for AWS: an inspection asks nobody. */
export interface Answers {
  readonly resource: (created: Created) => Answer;
  /** What a function of the provider gives, `aws:index/getPartition:getPartition`. */
  readonly call: (
    token: string,
    args: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
}

/** What a program is run with. */
export interface InspectOptions {
  /** @default 'system' */
  readonly project?: string;
  /** @default 'dev' */
  readonly stack?: string;
  /** Settings of the stack, with their namespace: `shop:environmentSuffix`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly answers: Answers;
  /** Milliseconds without anything new after which a program that waits has waited in vain. @default 10 000 */
  readonly patience?: number;
}

/** What a program has registered. */
export interface Inspection {
  /** In the order in which the program creates them: what refers to another comes after it. */
  readonly registrations: readonly Registration[];
  /** What components tell of themselves, by their URN. */
  readonly componentOutputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Outputs of the stack. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The connection to the engine, as far as it is listened to here. */
interface Monitor {
  registerResource(
    request: RegisterRequest,
    callback: (error: unknown, response?: { getUrn(): string }) => void,
  ): Promise<void>;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): { toJavaScript(): unknown } | undefined },
    callback: (error: unknown, response?: object) => void,
  ): void;
}

/**
 * Runs a Pulumi program without an engine and without AWS, and tells what it registers. Pulumi's runtime is one for the whole
 * process, so one inspection at a time.
 *
 * @param program a function that gives the stack's outputs
 * @throws whatever the program throws, also where it does not wait for what throws; Error for an output that is used as text, and
 * for one that never gets a value
 *
 * @example
 * const { registrations } = await inspect(programOf(definition), { project: 'shop', answers });
 */
export async function inspect(
  program: Program,
  { project = 'system', stack = 'dev', config = {}, answers, patience = 10_000 }: InspectOptions,
): Promise<Inspection> {
  const registrations: Registration[] = [];
  const open = new Map<string, readonly string[]>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        // An object stays an object.
        const known = plain(inputs) as Registration['inputs'];
        const { id, state } = answers.resource({
          type,
          name,
          inputs: known,
          open: open.get(`${type} ${name}`) ?? [],
        });
        return { id, state: { ...inputs, ...state } };
      },
      call: ({ token, inputs }) => answers.call(token, inputs),
    },
    project,
    stack,
  );
  pulumi.runtime.setAllConfig({ ...config }, []);
  // Mocks have one method more than they say: the one that the SDK calls, with everything that an engine is told.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response) registrations.push(readRequest(request, response.getUrn()));
      callback(error, response);
    });
  const componentOutputs: Record<string, Readonly<Record<string, unknown>>> = {};
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    // An object stays an object.
    componentOutputs[request.getUrn()] = plain(
      request.getOutputs()?.toJavaScript() ?? {},
    ) as object as Record<string, unknown>;
    registerOutputs(request, callback);
  };
  const outputs = await untilDone(
    async () => {
      // Asked for everything that is created, with all the properties that its class knows.
      pulumi.runtime.registerStackTransformation(({ type, name, props }) => {
        const unknown = Object.entries(props).flatMap(([key, value]) => (value === undefined ? [key] : []));
        open.set(`${type} ${name}`, unknown);
        return undefined;
      });
      return program();
    },
    { progress: () => registrations.length, patience },
  );
  refuseText(registrations, outputs);
  const order = new Map([...open.keys()].map((key, index) => [key, index]));
  const place = ({ type, name }: Registration) => order.get(`${type} ${name}`) ?? -1;
  return { registrations: registrations.sort((a, b) => place(a) - place(b)), componentOutputs, outputs };
}
