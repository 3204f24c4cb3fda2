import * as z from 'zod';
import { type MeasuredWay, measuredWays } from '../../core/console/measured-way.ts';
import { Evidence } from '../../core/evidence/evidence.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';

/** What the latest look of an incident measured, and the Node objects that it kept. `at`: epoch milliseconds. */
export interface KeptLook {
  readonly at: number;
  readonly ways: readonly MeasuredWay[];
  readonly nodes: readonly NodeObject[];
  /** Node objects that were too many to be kept. */
  readonly leftOut: number;
}

/** The detail of a `diagnosis` entry. */
const LookDetail = z.object({ evidence: Evidence.extend({ nodesLeftOut: z.int().default(0) }) });

const MOST_INCIDENTS = 200;

/**
 * The latest look of each of the most recent incidents. Every look is read once: what was read is kept as long as its incident is
 * among them. A look whose detail has expired, or that cannot be read, counts as none. One pass reads at most `mostAtOnce`, of about
 * 10 KB each; the next one reads on.
 */
export function createRecentLooks(
  store: Pick<IncidentStore, 'readEntry'>,
  mostAtOnce: number,
): (incidents: readonly Incident[]) => Promise<readonly KeptLook[]> {
  const kept = new Map<string, { readonly entryId: string; readonly look: KeptLook | undefined }>();
  return async (incidents) => {
    const newest = incidents.toSorted((a, b) => b.updatedAt - a.updatedAt).slice(0, MOST_INCIDENTS);
    const wanted = newest.flatMap(({ incidentId, timeline }) => {
      const line = timeline?.lines.findLast(({ event, more }) => event === 'diagnosis' && more);
      return line === undefined ? [] : [{ incidentId, entryId: line.entryId }];
    });
    const ids = new Set(wanted.map(({ incidentId }) => incidentId));
    for (const incidentId of kept.keys()) if (!ids.has(incidentId)) kept.delete(incidentId);
    const unread = wanted.filter(({ incidentId, entryId }) => kept.get(incidentId)?.entryId !== entryId);
    await Promise.all(
      unread.slice(0, mostAtOnce).map(async ({ incidentId, entryId }) => {
        const entry = await store.readEntry(incidentId, entryId);
        kept.set(incidentId, { entryId, look: lookFrom(entry?.detail) });
      }),
    );
    return [...kept.values()].flatMap(({ look }) => look ?? []);
  };
}

function lookFrom(detail: unknown): KeptLook | undefined {
  const parsed = LookDetail.safeParse(detail);
  if (!parsed.success) return undefined;
  const { evidence } = parsed.data;
  const { collectedAt: at, nodes, nodesLeftOut: leftOut } = evidence;
  return { at, ways: measuredWays(evidence), nodes, leftOut };
}
