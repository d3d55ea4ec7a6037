import { connect } from 'node:net';

const LOOK_MS = 50;

/**
 * Calls `then` once a port takes connections, unless the returned function is called before. A process is RUNNING before
 * it listens; a container with a health check is not healthy before.
 */
export function whenListening(host: string, port: number, then: () => void): () => void {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const socket = connect({ host, port });
    socket.on('connect', () => {
      socket.destroy();
      if (over) return;
      over = true;
      then();
    });
    socket.on('error', () => {
      if (!over) timer = setTimeout(look, LOOK_MS);
    });
  };
  look();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
