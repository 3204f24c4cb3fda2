import { UsageError } from './usage-error.ts';

/** What `--port` says. Null: nothing. Throws `UsageError`. */
export function portFrom(text: string | undefined): number | null {
  const port = text === undefined ? null : Number(text);
  if (port === null || (/^\d+$/.test(text ?? '') && port <= 65_535)) return port;
  throw new UsageError(`no port: ${text}`);
}
