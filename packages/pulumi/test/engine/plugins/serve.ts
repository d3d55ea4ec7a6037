import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

/** Methods of a service by their name; the engine is told of those that are not here that they are not there. */
export type Methods = Readonly<Record<string, (request: never) => unknown>>;

/** The largest message: a whole program's state may go through one. */
const UNLIMITED = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

/**
 * Serves a plugin to Pulumi's engine: on a port of 127.0.0.1 that the first line of its output tells. Ends with the engine, which
 * kills it.
 */
export async function servePlugin(
  service: ServiceDefinition<UntypedServiceImplementation>,
  methods: Methods,
): Promise<void> {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(methods)) {
    const handler: handleUnaryCall<unknown, unknown> = (call, reply) => {
      Promise.resolve()
        // The service's definition has read the request as what the method takes.
        .then(() => method(call.request as never))
        .then(
          (answer) => reply(null, answer),
          (error: Error) => reply({ code: status.UNKNOWN, details: error.message }),
        );
    };
    implementation[name] = handler;
  }
  const server = new Server(UNLIMITED);
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  process.stdout.write(`${port}\n`);
}
