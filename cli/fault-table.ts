import { causeOf } from '../core/diagnosis/causes.ts';
import type { Fault } from '../lab/fault.ts';
import { alignColumns } from './align-columns.ts';

const columns: readonly (readonly [string, (fault: Fault) => string])[] = [
  ['NAME', ({ name }) => name],
  ['CLASS', ({ label }) => label.class],
  ['CAUSE', ({ label }) => label.cause],
  ['HOST', ({ label }) => label.hostAtFault ?? '-'],
  ['MENDED BY', ({ label }) => causeOf(label.cause).mendedBy],
  ['STORY', ({ story }) => story],
];

/** The catalogue as a table, one fault per line: the story comes last, because its length is not limited. */
export function faultTable(faults: readonly Fault[]): readonly string[] {
  return alignColumns([
    columns.map(([title]) => title),
    ...faults.map((fault) => columns.map(([, cell]) => cell(fault))),
  ]);
}
