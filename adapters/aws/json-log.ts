import { escapeControls } from '../../core/escape-controls.ts';
import type { Log, LogFields } from '../../core/log.ts';
import { logContext } from './log-context.ts';

/** Where the log goes, and what time it is, in epoch milliseconds. */
export interface LogOutput {
  readonly write?: (line: string) => void;
  readonly clock?: () => number;
}

/** Of a text from outside, which may have a megabyte. */
const MOST_CHARACTERS = 4_000;

/**
 * One JSON line per decision on standard output, as CloudWatch Logs and every log shipper read it. `timestamp` and `level` are called as
 * Lambda reads them ("Log-level filtering"). The fields of the request are there too.
 */
export function createJsonLog({ write = (line) => process.stdout.write(line), clock = Date.now }: LogOutput = {}): Log {
  const at = (level: string) => (event: string, fields: LogFields) => {
    const timestamp = new Date(clock()).toISOString();
    write(`${escapeControls(JSON.stringify({ ...logContext(), ...fields, timestamp, level, event }, cut))}\n`);
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function cut(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= MOST_CHARACTERS) return value;
  return `${value.slice(0, MOST_CHARACTERS)}… (${value.length} characters)`;
}
