import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import * as z from 'zod';
import { ReceiptEntry } from '../core/incident/receipt.ts';
import { loadLocalConfig } from '../local/config.ts';
import { withIncidents } from './table-options.ts';

/** Where a receipt is: a file, the console of `npm start`, or the table of the stack. */
export type ReceiptSource =
  | { readonly type: 'file'; readonly file: string }
  | { readonly type: 'console'; readonly url: string }
  | { readonly type: 'table'; readonly table: string | undefined };

/** An answer of the console, or the list of entries alone. */
const StoredReceipt = z.union([
  z.array(ReceiptEntry),
  z.object({ receipt: z.array(ReceiptEntry) }).transform(({ receipt }) => receipt),
]);

/** The receipt, oldest entry first. Throws where it cannot be read. */
export async function readReceipt(
  incidentId: string,
  source: ReceiptSource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly ReceiptEntry[]> {
  if (source.type === 'table') {
    const table = source.table ?? loadLocalConfig(environment).TABLE_NAME;
    return withIncidents({ table }, { environment }, (store) => store.readReceipt(incidentId));
  }
  if (source.type === 'file') return readReceiptFile(source.file);
  return StoredReceipt.parse(JSON.parse(await fromConsole(source.url, incidentId)));
}

/** Every entry of a stored receipt; `-` is standard input. Throws where it cannot be read. */
export async function readReceiptFile(file: string): Promise<readonly ReceiptEntry[]> {
  return StoredReceipt.parse(JSON.parse(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8')));
}

async function fromConsole(url: string, incidentId: string): Promise<string> {
  const response = await fetch(new URL(`/api/incidents/${encodeURIComponent(incidentId)}/receipt`, url));
  if (!response.ok) throw new Error(`${url} has no incident ${incidentId}: ${response.status}`);
  return response.text();
}
