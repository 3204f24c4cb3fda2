import type { Log, LogFields } from '../../core/log.ts';

/** One JSON line per decision on standard output, as CloudWatch Logs and every log shipper read it. */
export function createJsonLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const at = (level: string) => (event: string, fields: LogFields) =>
    write(`${JSON.stringify({ ...fields, level, event })}\n`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
