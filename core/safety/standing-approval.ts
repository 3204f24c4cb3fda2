import * as z from 'zod';
import { FaultClass } from '../fault-class.ts';
import { ladder } from '../ladder.ts';
import { Decider } from './decider.ts';

/** What a standing approval covers: one rung against one fault class, on the nodes of one pool of one cluster. */
export const StandingScope = z.object({
  cluster: z.string().min(1),
  pool: z.string().min(1),
  class: FaultClass,
  rung: z.enum(ladder),
});

export type StandingScope = z.infer<typeof StandingScope>;

/** No standing approval counts more often, or for longer. */
export const MOST_USES = 10;
export const MOST_MINUTES = 240;
/** What the button of a question gives. */
export const FROM_QUESTION = { most: 3, minutes: 30 } as const;
/** They ask whatever a person says: `drain` of each node by itself, `cloud-route` outside of every pool. */
export const neverStanding: readonly string[] = ['drain', 'cloud-route'];

/** A person's yes to the next questions of one kind. Times are epoch milliseconds. */
export const StandingApproval = z.object({
  number: z.int().describe('its name for people'),
  scope: StandingScope,
  by: Decider,
  from: z.string().describe('the question or the command that gave it: given once, also when that is sent again'),
  most: z.int().min(1).max(MOST_USES),
  givenAt: z.int(),
  until: z.int(),
  pausesSet: z.int().describe('how many pauses were ever set when it was given: the next one ends it'),
  uses: z.array(z.object({ approvalId: z.string(), at: z.int() })),
  revokedBy: z.string().nullable(),
});

export type StandingApproval = z.infer<typeof StandingApproval>;

/** All standing approvals, in one record: one compare-and-set counts each use. */
export const StandingList = z.object({ last: z.int(), approvals: z.array(StandingApproval) });

export type StandingList = z.infer<typeof StandingList>;

/** The key of the one record. */
export const STANDING_LIST = 'all';

/** Those that are over are kept for a day. */
const KEPT_MS = 24 * 3_600_000;

export type WantedStanding = Pick<
  StandingApproval,
  'scope' | 'by' | 'from' | 'most' | 'givenAt' | 'until' | 'pausesSet'
>;

/** Adds one. Undefined: what gave it has given it already. */
export function withStanding(list: StandingList | undefined, wanted: WantedStanding): StandingList | undefined {
  const { last, approvals } = list ?? { last: 0, approvals: [] };
  if (approvals.some(({ from }) => from === wanted.from)) return undefined;
  const number = last + 1;
  const kept = approvals.filter(({ until }) => wanted.givenAt < until + KEPT_MS);
  return { last: number, approvals: [...kept, { ...wanted, number, uses: [], revokedBy: null }] };
}

/** Ends one. Undefined: there is none of this number that still counts. */
export function revokeStanding(
  list: StandingList | undefined,
  number: number,
  by: string,
  at: { readonly now: number; readonly pausesSet: number },
): StandingList | undefined {
  if (list === undefined || !standingInForce(list, at).some((each) => each.number === number)) return undefined;
  const approvals = list.approvals.map((each) => (each.number === number ? { ...each, revokedBy: by } : each));
  return { ...list, approvals };
}

/** Those that still count. `pausesSet`: how many pauses were ever set until now. */
export function standingInForce(
  list: StandingList | undefined,
  { now, pausesSet }: { readonly now: number; readonly pausesSet: number },
): readonly StandingApproval[] {
  return (list?.approvals ?? []).filter(
    (each) =>
      each.revokedBy === null && now < each.until && each.uses.length < each.most && each.pausesSet === pausesSet,
  );
}

/** The one that has answered this question. */
export function standingUsedFor(list: StandingList | undefined, approvalId: string): StandingApproval | undefined {
  return list?.approvals.find(({ uses }) => uses.some((use) => use.approvalId === approvalId));
}

/** Counts a use, of the one that ends first. Undefined: none covers the question, or its use was counted before. */
export function withUse(
  list: StandingList | undefined,
  { approvalId, scope }: { readonly approvalId: string; readonly scope: StandingScope },
  at: { readonly now: number; readonly pausesSet: number },
): StandingList | undefined {
  if (list === undefined || standingUsedFor(list, approvalId) !== undefined) return undefined;
  const [first] = standingInForce(list, at)
    .filter((each) => isSameScope(each.scope, scope))
    .toSorted((a, b) => a.until - b.until);
  if (first === undefined) return undefined;
  const used = { ...first, uses: [...first.uses, { approvalId, at: at.now }] };
  return { ...list, approvals: list.approvals.map((each) => (each.number === first.number ? used : each)) };
}

/** The person who gave it, as who answers this question. Undefined: the question did not use it. */
export function answererOf(
  { by, number, most, until, uses }: StandingApproval,
  approvalId: string,
): Decider | undefined {
  const use = uses.findIndex((each) => each.approvalId === approvalId) + 1;
  return use === 0 ? undefined : { ...by, standing: { number, use, most, until } };
}

/** `bounce against vxlan-wedge in pool gpu of lab`. */
export function describeScope({ cluster, pool, class: faultClass, rung }: StandingScope): string {
  return `${rung} against ${faultClass} in pool ${pool} of ${cluster}`;
}

function isSameScope(left: StandingScope, right: StandingScope): boolean {
  return (
    left.cluster === right.cluster && left.pool === right.pool && left.class === right.class && left.rung === right.rung
  );
}
