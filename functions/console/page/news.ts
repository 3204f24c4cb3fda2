import type { IncidentLine } from '../../../core/console/incident-line.ts';
import { stateWords } from './words.ts';

/** More changes at once are counted: nobody listens to thirty sentences. */
const MOST_SENTENCES = 3;

/** What a screen reader is told of a change; empty: nothing that matters changed. `before` undefined: the page was just opened. */
export function newsOf(
  before: ReadonlyMap<string, IncidentLine> | undefined,
  changed: readonly IncidentLine[],
): string {
  if (before === undefined) return '';
  const told = changed.filter((line) => {
    const known = before.get(line.incidentId);
    return known === undefined || stateWords(known) !== stateWords(line);
  });
  if (told.length > MOST_SENTENCES) return `${told.length} incidents changed.`;
  return told.map((line) => `${line.node}, ${line.class}: ${stateWords(line)}.`).join(' ');
}
