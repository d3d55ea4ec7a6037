import { fail, serve } from './serve.ts';

// What goes wrong outside a request must not be passed over: the engine starts the server again.
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
serve().catch(fail);
