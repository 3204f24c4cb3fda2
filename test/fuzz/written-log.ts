import { createJsonLog } from '../../adapters/aws/json-log.ts';
import type { Log } from '../../core/log.ts';

/** A log that keeps its lines as the functions write them. */
export function createWrittenLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { log: createJsonLog({ write: (line) => lines.push(line), clock: () => 0 }), lines };
}
