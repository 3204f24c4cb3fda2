import type { Fault } from '../lab/fault.ts';
import { faultCatalogue } from '../lab/faults/catalogue.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';

export type Choice =
  | { readonly type: 'chosen'; readonly faults: readonly Fault[]; readonly all: boolean }
  | { readonly type: 'refused'; readonly why: string };

/** The faults of `--only NAME,NAME`, or all that are known. Refused for an unknown name, and where the lab cannot run. */
export async function chooseFaults(only: string | undefined, known = faultCatalogue): Promise<Choice> {
  const wanted = only?.split(',');
  const unknown = (wanted ?? []).filter((name) => !known.some((fault) => fault.name === name));
  if (unknown.length > 0) return { type: 'refused', why: `no fault is called ${unknown.join(', ')}` };
  const obstacles = await namespaceObstacles();
  if (obstacles.length > 0) return { type: 'refused', why: `The lab cannot run here: ${obstacles.join('; ')}.` };
  const faults = known.filter(({ name }) => wanted?.includes(name) ?? true);
  return { type: 'chosen', faults, all: wanted === undefined };
}
