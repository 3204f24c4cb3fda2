import { countedClass, NO_FAULT, NOT_LOOKED_AT } from '../../core/incident/counted-class.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Case } from './case.ts';
import { didRepairStay, type Ending, endingOf, wasRepairTried } from './ending.ts';

/** A part of a whole, in counts: a percentage of few says little without them. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

/** The incidents of one fault class, or of all. */
export interface ClassFigures {
  readonly class: string;
  readonly incidents: number;
  readonly ended: Readonly<Record<Ending, number>>;
  /** Ended without a person, of those that ended or wait for one. */
  readonly autonomy: Share;
  /** Verified and stayed, of those in which a repair was tried. */
  readonly precision: Share;
}

/** The class with most incidents first, what is no fault last. `all`: every incident, also those after the period. */
export function figuresByClass(cases: readonly Case[], all: readonly Incident[]): readonly ClassFigures[] {
  const byClass = Map.groupBy(cases, ({ incident }) => countedClass(incident));
  return [...byClass]
    .map(([name, some]) => classFigures(name, some, all))
    .toSorted(
      (a, b) =>
        Number(isNoFault(a)) - Number(isNoFault(b)) || b.incidents - a.incidents || (a.class < b.class ? -1 : 1),
    );
}

function isNoFault({ class: name }: ClassFigures): boolean {
  return name === NO_FAULT || name === NOT_LOOKED_AT;
}

export function classFigures(name: string, cases: readonly Case[], all: readonly Incident[]): ClassFigures {
  const endingsOf = cases.map(endingOf);
  const count = (ending: Ending) => endingsOf.filter((each) => each === ending).length;
  const ended = {
    repaired: count('repaired'),
    'self-recovered': count('self-recovered'),
    'with-a-person': count('with-a-person'),
    other: count('other'),
  };
  const alone = ended.repaired + ended['self-recovered'];
  const tried = cases.filter((each, index) => endingsOf[index] !== 'other' && wasRepairTried(each));
  return {
    class: name,
    incidents: cases.length,
    ended,
    autonomy: { part: alone, of: alone + ended['with-a-person'] },
    precision: { part: tried.filter((each) => didRepairStay(each, all)).length, of: tried.length },
  };
}
