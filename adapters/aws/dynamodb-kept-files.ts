import type { Records } from '../../core/safety/records.ts';
import { KeptFiles } from '../../core/watchdog/kept-files.ts';
import { createRecords, recordKind } from './dynamodb-records.ts';
import type { Table } from './dynamodb-table.ts';

const files = recordKind('FILES', 'files', KeptFiles);

/** The watchdogs' files in the single table: about 160 KB for 1,000 nodes. */
export function createKeptFiles(table: Table): Records<KeptFiles> {
  return createRecords(table, files);
}
