import type { Incident } from './incident.ts';

/** Stand-ins for a class where a look found no fault, or where there was none. */
export const NO_FAULT = 'no fault found';
export const NOT_LOOKED_AT = 'not looked at';

/** The class under which an incident is counted. A first guess from labels is not counted as a fault. */
export function countedClass({ found, diagnosis }: Pick<Incident, 'found' | 'diagnosis'>): string {
  if (found !== undefined) return found.class;
  if (diagnosis === null) return NOT_LOOKED_AT;
  return diagnosis === 'healthy' ? NO_FAULT : diagnosis;
}
