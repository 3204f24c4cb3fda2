import { parseArgs } from 'node:util';
import { explainReceipt } from '../core/incident/explain.ts';
import type { CliIo } from './cli-io.ts';
import { type ReceiptSource, readReceipt } from './read-receipt.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch explain INCIDENT: every decision about an incident, with what each guard looked at. Changes nothing.

  --url URL         from the console of \`npm start\`
  --table NAME      from this DynamoDB table (default TABLE_NAME; AWS_* variables)
  --receipt FILE    from a stored receipt; - reads standard input
  --json            the receipt as JSON`;

const options = {
  url: { type: 'string' },
  table: { type: 'string' },
  receipt: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `restitch explain`. Exit code 1: nothing is known of the incident. */
export async function explain(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  const [incidentId] = positionals;
  if (incidentId === undefined || positionals.length > 1) throw new UsageError('explain needs one incident');
  const receipt = await readReceipt(incidentId, sourceOf(values), io.environment);
  const entries = receipt.filter((entry) => entry.incidentId === incidentId);
  if (entries.length === 0) throw new Error(`there is no receipt of ${incidentId}`);
  if (values.json) io.out(JSON.stringify(entries));
  else for (const line of explainReceipt(entries)) io.out(line);
  return 0;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function sourceOf({
  url,
  table,
  receipt,
}: {
  readonly url?: string | undefined;
  readonly table?: string | undefined;
  readonly receipt?: string | undefined;
}): ReceiptSource {
  if ([url, table, receipt].filter((value) => value !== undefined).length > 1)
    throw new UsageError('explain reads from one place: --url, --table or --receipt');
  if (receipt !== undefined) return { type: 'file', file: receipt };
  return url === undefined ? { type: 'table', table } : { type: 'console', url };
}
