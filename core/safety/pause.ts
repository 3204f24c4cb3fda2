import * as z from 'zod';
import { assertNever } from '../assert-never.ts';
import { FaultClass } from '../fault-class.ts';

/** What a pause stops: everything, one cluster, the nodes of one pool, or one fault class. */
export const PauseScope = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all') }),
  z.object({ type: z.literal('cluster'), cluster: z.string().min(1) }),
  z.object({ type: z.literal('pool'), pool: z.string().min(1) }),
  z.object({ type: z.literal('class'), class: FaultClass }),
]);

/** A person's word that nothing may act. Times are epoch milliseconds; without `until` it lasts until it is ended by hand. */
export const Pause = z.object({
  scope: PauseScope,
  reason: z.string().min(1),
  by: z.string().min(1),
  since: z.int(),
  until: z.int().nullable(),
});

/** All pauses, in one record: one consistent read shows them all. */
export const PauseList = z.object({
  pauses: z.array(Pause),
  set: z.int().optional().describe('how many were ever set: a standing approval does not outlive the next one'),
});

export type PauseScope = z.infer<typeof PauseScope>;
export type Pause = z.infer<typeof Pause>;
export type PauseList = z.infer<typeof PauseList>;

/** The key of the one record. */
export const PAUSE_LIST = 'all';

/** What a stage is about, as far as a pause can name it. */
export interface PauseSubject {
  readonly cluster: string;
  /** The pools of the node and of every host that would be acted on. */
  readonly pools: readonly string[];
  readonly class: FaultClass;
}

/** `all`, `cluster=NAME`, `pool=NAME` or `class=NAME`. Undefined: it is none of these. */
export function parsePauseScope(text: string): PauseScope | undefined {
  if (text === 'all') return { type: 'all' };
  const [, type = '', name] = /^(cluster|pool|class)=(.+)$/.exec(text) ?? [];
  return PauseScope.safeParse({ type, [type]: name }).data;
}

/** The same text that `parsePauseScope` reads. */
export function formatPauseScope(scope: PauseScope): string {
  switch (scope.type) {
    case 'all':
      return 'all';
    case 'cluster':
      return `cluster=${scope.cluster}`;
    case 'pool':
      return `pool=${scope.pool}`;
    case 'class':
      return `class=${scope.class}`;
    default:
      return assertNever(scope);
  }
}

/** Adds a pause, in place of an earlier one of the same scope. Pauses that are over are dropped. */
export function withPause(list: PauseList | undefined, pause: Pause): PauseList {
  return { pauses: [...pausesWithout(list, pause.scope, pause.since), pause], set: pausesSet(list) + 1 };
}

/** Ends the pause of exactly this scope. Undefined: there is none in force. */
export function withoutPause(list: PauseList | undefined, scope: PauseScope, now: number): PauseList | undefined {
  const ended = pausesInForce(list, now).some((pause) => isSameScope(pause.scope, scope));
  return ended ? { ...list, pauses: pausesWithout(list, scope, now) } : undefined;
}

/** How many pauses were ever set. */
export function pausesSet(list: PauseList | undefined): number {
  return list?.set ?? 0;
}

/** A pause ends at `until` (inclusive). */
export function pausesInForce(list: PauseList | undefined, now: number): readonly Pause[] {
  return (list?.pauses ?? []).filter(({ until }) => until === null || now < until);
}

/** The pause that stops this, the widest first. Undefined: nothing does. */
export function pauseFor(list: PauseList | undefined, subject: PauseSubject, now: number): Pause | undefined {
  const order = ['all', 'cluster', 'pool', 'class'];
  return pausesInForce(list, now)
    .filter(({ scope }) => covers(scope, subject))
    .toSorted((a, b) => order.indexOf(a.scope.type) - order.indexOf(b.scope.type))[0];
}

/** One sentence for a person. */
export function describePause({ scope, by, reason }: Pause): string {
  return `${formatPauseScope(scope)} is paused by ${by}: ${reason}`;
}

function covers(scope: PauseScope, subject: PauseSubject): boolean {
  switch (scope.type) {
    case 'all':
      return true;
    case 'cluster':
      return scope.cluster === subject.cluster;
    case 'pool':
      return subject.pools.includes(scope.pool);
    case 'class':
      return scope.class === subject.class;
    default:
      return assertNever(scope);
  }
}

function pausesWithout(list: PauseList | undefined, scope: PauseScope, now: number): Pause[] {
  return pausesInForce(list, now).filter((pause) => !isSameScope(pause.scope, scope));
}

function isSameScope(left: PauseScope, right: PauseScope): boolean {
  return formatPauseScope(left) === formatPauseScope(right);
}
