import { connect } from 'node:net';

const LOOK_MS = 50;

/**
 * Calls `then` while a port takes connections until it returns true, or the returned function is called. A process is
 * RUNNING before it listens; a container with a health check is not healthy before.
 */
export function whenListening(host: string, port: number, then: () => boolean): () => void {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const socket = connect({ host, port });
    socket.on('connect', () => {
      socket.destroy();
      if (over) return;
      over = then();
      again();
    });
    socket.on('error', again);
  };
  const again = (): void => {
    if (!over) timer = setTimeout(look, LOOK_MS);
  };
  look();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
