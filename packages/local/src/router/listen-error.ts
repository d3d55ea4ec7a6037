/** An error that says why the router could not listen on a port and what to do. */
export function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  return new Error(`The router could not listen on ${host}:${port}: ${explain(error, port)}`, {
    cause: error,
  });
}

function explain(error: NodeJS.ErrnoException, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `another program uses port ${port}. Stop it (\`lsof -i :${port}\` names it) or choose another.`;
    case 'EACCES':
      return `this user may not use port ${port}. Choose a port from 1024 on.`;
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address. Use 127.0.0.1.';
    default:
      return error.message;
  }
}
