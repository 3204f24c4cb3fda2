import { createWriteStream, type WriteStream } from 'node:fs';

export interface LogFile {
  readonly write: (line: string) => void;
  readonly end: () => void;
}

/** So long a file that could not be written is left alone. */
const AGAIN_MS = 5_000;

/**
 * Appends lines to a file. While that fails, as on a full disk, lines are lost, which is told once for each time that it begins, and
 * whoever logs goes on. `clock`: epoch milliseconds.
 */
export function openLogFile(path: string, tell: (trouble: string) => void, clock: () => number = Date.now): LogFile {
  let stream: WriteStream | undefined;
  let failedAt: number | undefined;
  const open = () => {
    const opened = createWriteStream(path, { flags: 'a' });
    opened.on('error', (error) => {
      if (failedAt === undefined) tell(`the log ${path} cannot be written, and goes on without: ${error.message}`);
      failedAt = clock();
      stream = undefined;
    });
    return opened;
  };
  return {
    write: (line) => {
      if (failedAt !== undefined && clock() - failedAt < AGAIN_MS) return;
      stream ??= open();
      stream.write(line, (error) => {
        if (!error) failedAt = undefined;
      });
    },
    end: () => stream?.end(),
  };
}
