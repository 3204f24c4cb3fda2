import * as z from 'zod';
import { FaultClass } from '../fault-class.ts';
import { gentlestRung, ladder, type StageName } from '../ladder.ts';
import { EndpointSet } from '../repair/endpoint-set.ts';
import { endpointCameBack } from './endpoint-came-back.ts';

/** One time that a stage acted on a host. `at`: epoch milliseconds; `outcome` is null until the next look has shown it. */
const RememberedAct = z.object({
  at: z.int(),
  operationKey: z.string(),
  incidentId: z.string(),
  run: z.int(),
  stage: z.enum(ladder),
  class: FaultClass,
  cause: z.string(),
  pool: z.string().describe('of the node of the incident; empty: it has none'),
  outcome: z.enum(['healed', 'ineffective', 'cancelled', 'not-done']).nullable(),
  endpoints: z.array(EndpointSet).optional().describe('of WireGuard peers that it set; absent: none'),
});

/** A decision of shadow mode that waits for its score. `at`: when it was made first. */
const Undone = RememberedAct.pick({
  at: true,
  incidentId: true,
  stage: true,
  class: true,
  cause: true,
  pool: true,
}).extend({
  differences: z.array(z.string()).describe('from the expected network, by which paths were lost: one sentence each'),
});

/**
 * What is remembered of one host across incidents: what was done to it, and when trouble was found on it. A route table has a
 * memory too, under its id.
 */
export const HostMemory = z.object({
  acts: z.array(RememberedAct),
  troubles: z.array(z.object({ incidentId: z.string(), at: z.int() })),
  undone: Undone.nullable(),
});

export type RememberedAct = z.infer<typeof RememberedAct>;
export type Undone = z.infer<typeof Undone>;
export type HostMemory = z.infer<typeof HostMemory>;
export type ActOutcomeRemembered = NonNullable<RememberedAct['outcome']>;

export interface MemoryLimits {
  /** How long a stage may not act again on the same host. A stage that is not named has no cooldown. */
  readonly cooldownSeconds: Readonly<Partial<Record<StageName, number>>>;
  /** Runs that act on one host within 24 hours. */
  readonly runsPerDay: number;
  /** After so many runs within four hours that did not heal the host, nothing acts on it. */
  readonly ineffectiveRuns: number;
  /** So many incidents of one node within half an hour are called flapping. */
  readonly flapIncidents: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const INEFFECTIVE_WITHIN_MS = 4 * HOUR_MS;
export const FLAP_WITHIN_MS = HOUR_MS / 2;
/** More than a day of runs may do. A checkpoint that shows the memories of several hosts holds 256 KB. */
const MOST_KEPT = 50;

const nothing: HostMemory = { acts: [], troubles: [], undone: null };

/** Remembers that an incident found trouble. Undefined: that is known already. */
export function rememberTrouble(
  memory: HostMemory | undefined,
  incidentId: string,
  now: number,
): HostMemory | undefined {
  if (memory?.troubles.some((trouble) => trouble.incidentId === incidentId) === true) return undefined;
  const recent = forgetOld(memory, now);
  return { ...recent, troubles: [...recent.troubles, { incidentId, at: now }] };
}

/** Remembers an act before it is done. Undefined: it is known already, by its operation key. */
export function rememberAct(memory: HostMemory | undefined, act: RememberedAct): HostMemory | undefined {
  if (memory?.acts.some(({ operationKey }) => operationKey === act.operationKey) === true) return undefined;
  const recent = forgetOld(memory, act.at);
  return { ...recent, acts: [...recent.acts, act] };
}

/** Undefined: there is no such act, or its outcome is known. */
export function rememberOutcome(
  memory: HostMemory | undefined,
  key: string,
  outcome: ActOutcomeRemembered,
): HostMemory | undefined {
  const isOpen = (act: RememberedAct) => act.operationKey === key && act.outcome === null;
  if (memory?.acts.some(isOpen) !== true) return undefined;
  return { ...memory, acts: memory.acts.map((act) => (isOpen(act) ? { ...act, outcome } : act)) };
}

/** Acts of earlier runs of the incident of which nobody wrote down how they turned out. */
export function openActsBefore(
  memory: HostMemory | undefined,
  { incidentId, run }: Pick<RememberedAct, 'incidentId' | 'run'>,
): readonly RememberedAct[] {
  const { acts } = memory ?? nothing;
  return acts.filter((act) => act.incidentId === incidentId && act.run < run && act.outcome === null);
}

/** Remembers a decision of shadow mode. The same decision again keeps the time of the first. */
export function rememberUndone(memory: HostMemory | undefined, undone: Undone): HostMemory | undefined {
  const before = memory?.undone;
  if (before != null && isSameDecision(before, undone)) return undefined;
  return { ...(memory ?? nothing), undone };
}

export function isSameDecision(left: Undone, right: Undone): boolean {
  return (
    left.incidentId === right.incidentId &&
    left.stage === right.stage &&
    left.class === right.class &&
    left.cause === right.cause
  );
}

/** A stage that wants to act on a host. */
export interface WantedAct {
  readonly host: string;
  readonly stage: StageName;
  readonly incidentId: string;
  readonly run: number;
  /** Of WireGuard peers that it would set. */
  readonly endpoints?: readonly EndpointSet[] | undefined;
}

/**
 * Why what is remembered forbids the act; undefined where it does not. A run is not held against itself: it climbs the ladder,
 * and repairs what one fault had hidden.
 */
export function forbiddenByMemory(
  memory: HostMemory | undefined,
  wanted: WantedAct,
  limits: MemoryLimits,
  now: number,
): string | undefined {
  const done = (memory ?? nothing).acts.filter(({ outcome }) => outcome !== 'not-done');
  const others = done.filter((act) => runOf(act) !== runOf(wanted));
  return (
    endpointCameBack(others, wanted.host, wanted.endpoints ?? [], now) ??
    tooOftenIneffective(others, wanted, limits, now) ??
    tooManyRuns(others, wanted, limits, now) ??
    flapping(memory ?? nothing, wanted, limits, now) ??
    coolingDown(others, wanted, limits, now)
  );
}

function tooOftenIneffective(
  acts: readonly RememberedAct[],
  { host }: WantedAct,
  { ineffectiveRuns }: MemoryLimits,
  now: number,
): string | undefined {
  const recent = acts.filter(({ at }) => now - at < INEFFECTIVE_WITHIN_MS);
  const healed = new Set(recent.filter(({ outcome }) => outcome === 'healed').map(runOf));
  const failed = recent.filter((act) => act.outcome === 'ineffective' && !healed.has(runOf(act)));
  const count = new Set(failed.map(runOf)).size;
  if (count < ineffectiveRuns) return undefined;
  const trend = failed.map((act) => `${act.stage} against ${act.cause} ${ago(now - act.at)}`).join(', ');
  return `${count} runs within 4 hours did not heal ${host}: automation stops for it (${trend})`;
}

function tooManyRuns(
  acts: readonly RememberedAct[],
  { host }: WantedAct,
  { runsPerDay }: MemoryLimits,
  now: number,
): string | undefined {
  const count = new Set(acts.filter(({ at }) => now - at < DAY_MS).map(runOf)).size;
  return count < runsPerDay
    ? undefined
    : `${count} runs have acted on ${host} within a day, and ${runsPerDay} are allowed`;
}

/** While a node flaps, only the gentlest rung may act. */
function flapping(
  { troubles }: HostMemory,
  { host, stage }: WantedAct,
  { flapIncidents }: MemoryLimits,
  now: number,
): string | undefined {
  const recent = troubles.filter(({ at }) => now - at < FLAP_WITHIN_MS);
  if (recent.length < flapIncidents || stage === gentlestRung) return undefined;
  const [first] = recent;
  return `${host} is flapping: ${recent.length} incidents, the first ${ago(now - (first?.at ?? now))}`;
}

function coolingDown(
  acts: readonly RememberedAct[],
  { host, stage }: WantedAct,
  { cooldownSeconds }: MemoryLimits,
  now: number,
): string | undefined {
  const cooldownMs = (cooldownSeconds[stage] ?? 0) * 1_000;
  // Another incident may have acted since `now` was read.
  const passed = ({ at }: RememberedAct) => Math.max(now - at, 0);
  const last = acts.findLast((act) => act.stage === stage && passed(act) < cooldownMs);
  if (last === undefined) return undefined;
  const left = Math.ceil((cooldownMs - passed(last)) / 1_000);
  return `${stage} acted on ${host} ${ago(passed(last))} for ${last.incidentId}: it may again in ${left} s`;
}

function forgetOld(memory: HostMemory | undefined, now: number): HostMemory {
  const { acts, troubles, undone } = memory ?? nothing;
  const isRecent = ({ at }: { readonly at: number }) => now - at < DAY_MS;
  return {
    acts: acts.filter(isRecent).slice(-MOST_KEPT),
    troubles: troubles.filter(isRecent).slice(-MOST_KEPT),
    undone,
  };
}

function runOf({ incidentId, run }: Pick<RememberedAct, 'incidentId' | 'run'>): string {
  return `${incidentId}/${run}`;
}

function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 2 ? `${Math.floor(milliseconds / 1_000)} s ago` : `${minutes} min ago`;
}
