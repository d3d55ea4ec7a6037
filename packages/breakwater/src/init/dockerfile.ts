/** What a Dockerfile says that a definition needs. */
export interface DockerfileFacts {
  /** The last stage's EXPOSE, or the port of its `ENV PORT`; null without either. */
  readonly port: number | null;
  /** Whether the last stage says what to run; else its base image does. */
  readonly hasCommand: boolean;
  /** The text of CMD and ENTRYPOINT, for what they tell about ports and frameworks. */
  readonly command: string;
}

/** Reads the last stage of a Dockerfile: continuation lines, comments and variables are understood. */
export function readDockerfile(text: string): DockerfileFacts {
  const variables = new Map<string, string>();
  let exposed: number | null = null;
  let command = '';
  let hasCommand = false;
  for (const [, keyword = '', rest = ''] of instructions(text)) {
    const value = substitute(rest, variables);
    switch (keyword.toUpperCase()) {
      case 'FROM':
        exposed = null;
        command = '';
        hasCommand = false;
        break;
      case 'ARG':
      case 'ENV':
        for (const [name, content] of assignments(value)) variables.set(name, content);
        break;
      case 'EXPOSE':
        exposed ??= toPort(value.split(/\s+/).find((word) => !word.endsWith('/udp')) ?? '');
        break;
      case 'CMD':
      case 'ENTRYPOINT':
        hasCommand = true;
        command += ` ${readCommand(value)}`;
        break;
    }
  }
  return { port: exposed ?? toPort(variables.get('PORT') ?? ''), hasCommand, command: command.trim() };
}

function instructions(text: string): RegExpMatchArray[] {
  const joined = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]*\n/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const match = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line);
    return match ? [match] : [];
  });
}

function assignments(text: string): readonly (readonly [string, string])[] {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S*)/g)];
  if (pairs.length > 0) {
    return pairs.map(([, name = '', value = '']) => [name, value.replace(/^["']|["']$/g, '')] as const);
  }
  const [, name, value = ''] = /^(\w+)\s+(.*)$/.exec(text) ?? [];
  return name === undefined ? [] : [[name, value]];
}

function substitute(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)/g,
    (whole, braced: string | undefined, fallback: string | undefined, plain: string | undefined) =>
      variables.get(braced ?? plain ?? '') ?? fallback ?? whole,
  );
}

function toPort(text: string): number | null {
  const port = Number(/^(\d{1,5})(?:-\d+)?(?:\/tcp)?$/.exec(text.trim())?.[1]);
  return port >= 1 && port <= 65_535 ? port : null;
}

function readCommand(text: string): string {
  if (!text.startsWith('[')) return text;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.join(' ') : text;
  } catch {
    return text;
  }
}
