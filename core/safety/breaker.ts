import * as z from 'zod';

/** A breaker that is not closed. Times are epoch milliseconds. */
const Tripped = z.object({
  since: z.int(),
  reason: z.string(),
  by: z
    .string()
    .nullable()
    .describe('who tripped it by hand; such a breaker opens no further by itself. Null: it tripped itself'),
  held: z.array(z.string()).describe('nodes whose work was refused meanwhile'),
  canary: z.object({ incidentId: z.string(), node: z.string(), at: z.int() }).nullable(),
});

/** The breakers of one cluster, in one record: those of the cluster and of each pool, site and hub. */
export const BreakerRecord = z.object({
  cluster: z.string(),
  broken: z.array(z.object({ node: z.string(), at: z.int(), scopes: z.array(z.string()) })),
  tripped: z.record(z.string(), Tripped),
});

export type Tripped = z.infer<typeof Tripped>;
export type BreakerRecord = z.infer<typeof BreakerRecord>;

/** A breaker by its name (`cluster=lab`, `pool=gpu`, `site=dc-a`, `hub=hub-1`), and how many nodes it stands for. */
export interface BreakerScope {
  readonly name: string;
  readonly size: number;
}

export interface BreakerLimits {
  readonly windowSeconds: number;
  /** A breaker trips when more distinct nodes than the larger of the two look broken within the window. */
  readonly maxPercent: number;
  readonly minNodes: number;
  /** After this time a breaker that tripped by itself lets one canary through. */
  readonly retrySeconds: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** A canary whose run died makes room for the next one after this time. */
const CANARY_MS = 60 * 60_000;
const MOST_HELD = 1_000;

export function newBreakers(cluster: string): BreakerRecord {
  return { cluster, broken: [], tripped: {} };
}

/** A node that evidence shows as broken, and that something is to be done about. */
export interface BrokenNode {
  readonly node: string;
  readonly scopes: readonly BreakerScope[];
}

/**
 * Counts a node, and trips each breaker of it for which that is too much. Under an open breaker the node is noted as held.
 * Undefined: nothing changed.
 */
export function countBroken(
  record: BreakerRecord,
  { node, scopes }: BrokenNode,
  limits: BreakerLimits,
  now: number,
): BreakerRecord | undefined {
  const windowMs = limits.windowSeconds * 1_000;
  const held = scopes.filter(({ name }) => record.tripped[name] !== undefined);
  if (held.length > 0) return hold(record, node, held);
  const last = record.broken.find((each) => each.node === node);
  if (last !== undefined && now - last.at < windowMs / 2) return undefined;
  const recent = record.broken.filter((each) => each.node !== node && now - each.at < windowMs);
  const broken = [...recent, { node, at: now, scopes: scopes.map(({ name }) => name) }];
  const tripping = scopes.flatMap((scope): [string, Tripped][] => {
    const count = broken.filter((each) => each.scopes.includes(scope.name)).length;
    if (count <= mostNodes(scope, limits)) return [];
    const reason = `${count} of ${scope.size} nodes look broken within ${limits.windowSeconds} s`;
    return [[scope.name, { since: now, reason, by: null, held: [node], canary: null }]];
  });
  return { ...record, broken, tripped: { ...record.tripped, ...Object.fromEntries(tripping) } };
}

function mostNodes({ size }: BreakerScope, { maxPercent, minNodes }: BreakerLimits): number {
  return Math.max(minNodes, Math.floor((size * maxPercent) / 100));
}

function hold(record: BreakerRecord, node: string, scopes: readonly BreakerScope[]): BreakerRecord | undefined {
  const updates = scopes.flatMap(({ name }): [string, Tripped][] => {
    const tripped = record.tripped[name];
    if (tripped === undefined || tripped.held.includes(node) || tripped.held.length >= MOST_HELD) return [];
    return [[name, { ...tripped, held: [...tripped.held, node] }]];
  });
  return updates.length === 0
    ? undefined
    : { ...record, tripped: { ...record.tripped, ...Object.fromEntries(updates) } };
}

/** A breaker that was tripped by hand stays open until it is reset by hand. */
export function breakerState(
  tripped: Tripped | undefined,
  { retrySeconds }: Pick<BreakerLimits, 'retrySeconds'>,
  now: number,
): BreakerState {
  if (tripped === undefined) return 'closed';
  if (tripped.by !== null || now - tripped.since < retrySeconds * 1_000) return 'open';
  return 'half-open';
}

/** Who wants to act. `cheapest`: with the first rung of its runbook. */
export interface BreakerCandidate {
  readonly incidentId: string;
  readonly node: string;
  readonly cheapest: boolean;
}

/** Why the breakers forbid the act; undefined where they do not. A half-open one lets a single canary through. */
export function forbiddenByBreaker(
  record: BreakerRecord,
  scopes: readonly string[],
  candidate: BreakerCandidate,
  limits: BreakerLimits,
  now: number,
): string | undefined {
  for (const name of scopes) {
    const tripped = record.tripped[name];
    if (tripped === undefined) continue;
    const { reason, by, canary } = tripped;
    if (breakerState(tripped, limits, now) === 'open')
      return `the breaker ${name} is open${by === null ? '' : `, tripped by ${by}`}: ${reason}`;
    if (canary !== null && canary.incidentId !== candidate.incidentId && now - canary.at < CANARY_MS)
      return `the breaker ${name} is half-open and waits for its canary ${canary.node}`;
    if (!candidate.cheapest) return `the breaker ${name} is half-open: only the cheapest rung may act, on one node`;
  }
  return undefined;
}

/** The record without what is no use to a decision about these scopes: a large fleet has thousands of names in it. */
export function breakersOf(record: BreakerRecord, scopes: readonly string[]): BreakerRecord {
  const own = Object.entries(record.tripped).filter(([name]) => scopes.includes(name));
  return {
    cluster: record.cluster,
    broken: [],
    tripped: Object.fromEntries(own.map(([name, tripped]) => [name, { ...tripped, held: [] }])),
  };
}

/** Makes the candidate the canary of every half-open breaker of its node. Undefined: none needs one. */
export function withCanary(
  record: BreakerRecord,
  scopes: readonly string[],
  { incidentId, node }: BreakerCandidate,
  now: number,
): BreakerRecord | undefined {
  const open = scopes.filter((name) => record.tripped[name] !== undefined);
  if (open.length === 0) return undefined;
  return mapTripped(record, (tripped, name) =>
    open.includes(name) ? { ...tripped, canary: { incidentId, node, at: now } } : tripped,
  );
}

/** Closes the breakers whose canary was healed, and opens them anew where it was not. Undefined: it was nobody's canary. */
export function withoutCanary(
  record: BreakerRecord,
  incidentId: string,
  healed: boolean,
  now: number,
): BreakerRecord | undefined {
  const names = Object.entries(record.tripped).flatMap(([name, { canary }]) =>
    canary?.incidentId === incidentId ? [name] : [],
  );
  if (names.length === 0) return undefined;
  if (healed) return names.reduce((current, name) => resetBreaker(current, name).record, record);
  return mapTripped(record, (tripped, name) =>
    names.includes(name) ? { ...tripped, since: now, canary: null } : tripped,
  );
}

/** Opens a breaker by hand, until it is reset by hand. */
export function tripBreaker(
  record: BreakerRecord,
  name: string,
  { by, reason }: { readonly by: string; readonly reason: string },
  now: number,
): BreakerRecord {
  const held = record.tripped[name]?.held ?? [];
  return { ...record, tripped: { ...record.tripped, [name]: { since: now, reason, by, held, canary: null } } };
}

/** What a reset leaves. The work that was refused meanwhile is dropped: each of these nodes is looked at afresh. */
export interface BreakerReset {
  readonly record: BreakerRecord;
  readonly dropped: readonly string[];
}

/** Closes a breaker, and forgets what it counted, so that it does not trip again for the same nodes. */
export function resetBreaker(record: BreakerRecord, name: string): BreakerReset {
  const { [name]: reset, ...tripped } = record.tripped;
  const broken = record.broken.filter(({ scopes }) => !scopes.includes(name));
  return { record: { ...record, broken, tripped }, dropped: reset?.held ?? [] };
}

function mapTripped(record: BreakerRecord, change: (tripped: Tripped, name: string) => Tripped): BreakerRecord {
  const tripped = Object.entries(record.tripped).map(([name, each]) => [name, change(each, name)] as const);
  return { ...record, tripped: Object.fromEntries(tripped) };
}
