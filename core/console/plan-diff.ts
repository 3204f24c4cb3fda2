import { type Evidence, measuredOn } from '../evidence/evidence.ts';
import { parseOperation } from '../grammar/parse-operation.ts';
import { type Change, changeOf } from '../repair/change.ts';

/** One line of a diff. `=`: it says in words what else is done, or puts there what is there already. */
export interface DiffLine {
  readonly sign: Change['sign'] | '=';
  readonly line: string;
  /** What is there now and is replaced or removed; null: nothing is, or it was not read. */
  readonly now: string | null;
}

export interface DiffPart {
  /** The host that is changed; empty: it concerns none, or several. */
  readonly place: string;
  readonly lines: readonly DiffLine[];
}

const OF_HOST = /^([^\s:]+): (.+)$/;

/**
 * The lines of a plan, as the receipt keeps them, beside what the look before it read. `evidence` undefined: it is not kept, so nothing
 * is known of what was there.
 */
export function planDiff(lines: readonly string[], evidence: Evidence | undefined): readonly DiffPart[] {
  const parts = new Map<string, DiffLine[]>();
  for (const line of lines) {
    const [, host = '', rest = line] = OF_HOST.exec(line) ?? [];
    const operation = parseOperation(rest);
    const place = operation === undefined ? '' : host;
    const diff: DiffLine =
      operation === undefined
        ? { sign: '=', line, now: null }
        : { ...signOf(rest, operation, evidence && measuredOn(evidence.readings, host)), line: rest };
    const known = parts.get(place);
    if (known === undefined) parts.set(place, [diff]);
    else known.push(diff);
  }
  return [...parts].map(([place, ofPlace]) => ({ place, lines: ofPlace }));
}

function signOf(
  line: string,
  operation: NonNullable<ReturnType<typeof parseOperation>>,
  measured: ReturnType<typeof measuredOn>,
): Pick<DiffLine, 'sign' | 'now'> {
  if (measured === undefined) return { sign: '~', now: null };
  const { sign, now } = changeOf(operation, measured);
  const isSame = sign === '~' && now !== null && ` ${line} `.includes(` ${now} `);
  return isSame ? { sign: '=', now: null } : { sign, now };
}
