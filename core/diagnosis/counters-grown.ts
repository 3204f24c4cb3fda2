import type { HostReading } from '../evidence/evidence.ts';
import { measuredBy } from '../evidence/evidence.ts';

/** How much a counter of a host grew while it was looked at. */
export interface GrownCounter {
  readonly host: string;
  readonly name: string;
  readonly by: number;
}

/** Counters that grew between the passive reading and the last one after probes, the most first. Empty where they were not collected. */
export function countersGrown(reading: HostReading | undefined, names: RegExp): readonly GrownCounter[] {
  const before = measuredBy(reading)?.counters;
  const after = reading?.runs.findLast(({ counters }) => counters !== undefined)?.counters;
  if (reading === undefined || before === undefined || after === undefined) return [];
  return Object.entries(after)
    .filter(([name]) => names.test(name))
    .map(([name, value]) => ({ host: reading.host, name, by: value - (before[name] ?? value) }))
    .filter(({ by }) => by > 0)
    .toSorted((one, other) => other.by - one.by);
}

export function describeCounter({ host, name, by }: GrownCounter): string {
  return `${host}: ${name} grew by ${by} meanwhile`;
}
