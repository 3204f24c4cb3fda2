import { countedClass } from '../../core/incident/counted-class.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Period } from '../period.ts';
import type { Case } from './case.ts';
import { type ClassFigures, classFigures, figuresByClass } from './class-figures.ts';
import { type MitigationFigures, mitigationFigures } from './mitigation-figures.ts';
import { type RecurringLink, recurringLinks } from './recurring-links.ts';

/** An incident for which a person was called. `at`: the last time, epoch milliseconds. `now`: its phase, or how it was closed. */
export interface HandedOver {
  readonly incidentId: string;
  readonly class: string;
  readonly at: number;
  readonly why: string;
  readonly now: string;
}

/** What happened in a period: the incidents that were opened in it. */
export interface Figures {
  readonly period: Period;
  readonly clusters: readonly string[];
  /** Not counted in any figure: their alerts belong to the incident that they were joined to. */
  readonly duplicates: number;
  readonly all: ClassFigures;
  readonly byClass: readonly ClassFigures[];
  readonly timeToMitigate: MitigationFigures;
  readonly recurring: readonly RecurringLink[];
  readonly handedOver: readonly HandedOver[];
}

/** `cases`: of the period. `later`: every incident since its beginning, which tell whether a repair stayed. */
export function figuresOf(cases: readonly Case[], later: readonly Incident[], period: Period): Figures {
  const counted = cases.filter(({ incident }) => incident.outcome !== 'duplicate');
  return {
    period,
    clusters: [...new Set(counted.map(({ incident }) => incident.target.cluster))].toSorted(),
    duplicates: cases.length - counted.length,
    all: classFigures('all', counted, later),
    byClass: figuresByClass(counted, later),
    timeToMitigate: mitigationFigures(counted),
    recurring: recurringLinks(counted),
    handedOver: counted.flatMap(handedOverOf).toSorted((a, b) => b.at - a.at),
  };
}

function handedOverOf({ incident, receipt }: Case): readonly HandedOver[] {
  const last = receipt.findLast(({ event }) => event === 'handed-over');
  if (last === undefined) return [];
  const { incidentId, outcome, phase } = incident;
  // The page says in its heading what each sentence begins with.
  const why = last.summary.replace(/^handed over to a person: /, '');
  return [{ incidentId, class: countedClass(incident), at: last.at, why, now: outcome ?? phase }];
}
