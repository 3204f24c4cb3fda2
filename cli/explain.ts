import { explainReceipt } from '../core/incident/explain.ts';
import type { CliIo } from './cli-io.ts';
import { type ReceiptSource, readReceipt } from './read-receipt.ts';
import { environmentOf } from './table-options.ts';
import { UsageError } from './usage-error.ts';

interface ExplainOptions {
  readonly url?: string | undefined;
  readonly table?: string | undefined;
  readonly stack?: string | undefined;
  readonly receipt?: string | undefined;
  readonly json: boolean;
}

/** `restitch explain`. Exit code 1: nothing is known of the incident. */
export async function explain(incidentId: string, options: ExplainOptions, io: CliIo): Promise<number> {
  const receipt = await readReceipt(incidentId, sourceOf(options), await environmentOf({ stack: options.stack }, io));
  const entries = receipt.filter((entry) => entry.incidentId === incidentId);
  if (entries.length === 0) throw new Error(`there is no receipt of ${incidentId}`);
  if (options.json) io.out(JSON.stringify(entries));
  else for (const line of explainReceipt(entries)) io.out(line);
  return 0;
}

function sourceOf({ url, table, stack, receipt }: ExplainOptions): ReceiptSource {
  if ([url, table, stack, receipt].filter((value) => value !== undefined).length > 1)
    throw new UsageError('explain reads from one place: --url, --table, --stack or --receipt');
  if (receipt !== undefined) return { type: 'file', file: receipt };
  return url === undefined ? { type: 'table', table } : { type: 'console', url };
}
