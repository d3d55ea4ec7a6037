/** Puts the task's port where an argument says `$PORT` or `${PORT}`: without a shell nobody else would. */
export function substitutePort(text: string, port: number): string {
  return text.replace(/\$\{PORT\}|\$PORT\b/g, String(port));
}

const FLAG = /^(-p|-P|--port|--http-port|--server\.port|--listen|--bind|-b)$/;

/**
 * Lets a command that was written for a container listen on the task's own port: in a container each task has an address of its
 * own and all listen on the same port; here they share one address. Replaces the container's port by `$PORT` where it is plainly
 * meant as the port: `--port 5000`, `--port=5000`, `0.0.0.0:5000`; and every address by loopback there.
 */
export function freePort(args: readonly string[], containerPort: number): readonly string[] {
  const port = String(containerPort);
  return args.map((argument, index) => {
    const previous = args[index - 1] ?? '';
    if (argument === port && FLAG.test(previous)) return '$PORT';
    return freePortInText(argument, port);
  });
}

/** The same in the text of a shell command. */
export function freePortInShell(command: string, containerPort: number): string {
  const port = String(containerPort);
  return freePortInText(command, port).replace(
    new RegExp(`(^|\\s)(-p|-P|--port|--http-port)(\\s+)${port}(?![\\d.])`, 'g'),
    '$1$2$3$PORT',
  );
}

function freePortInText(text: string, port: string): string {
  return text
    .replace(new RegExp(`(^|[\\s=])(--[\\w.-]*port)=${port}(?![\\d.])`, 'g'), '$1$2=$PORT')
    .replace(
      new RegExp(`(^|[\\s=])(0\\.0\\.0\\.0|127\\.0\\.0\\.1|localhost|\\[::\\]|\\*):${port}(?![\\d.:])`, 'g'),
      (_, before: string) => `${before}127.0.0.1:$PORT`,
    )
    .replace(
      new RegExp(`(^|[\\s=]):${port}(?![\\d.:])`, 'g'),
      (_, before: string) => `${before}127.0.0.1:$PORT`,
    );
}
