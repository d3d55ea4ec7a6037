import type { Server } from 'node:net';

/** Listens on 127.0.0.1 and gives the port. @throws with the port and what to do when it is taken or not permitted */
export function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, port)));
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error');
      // A connection that fails while it is accepted concerns nobody else.
      server.on('error', () => {});
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Stops listening and closes what is open. */
export function stopServer(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}

/** The error of a listening socket, said for people. */
export function explain(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : '';
  if (code === 'EADDRINUSE') {
    return new Error(`Port ${port} on 127.0.0.1 is in use. End what uses it, or choose another port.`, {
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new Error(`Port ${port} on 127.0.0.1 may not be used. Choose one from 1024 on.`, { cause: error });
  }
  return error;
}
