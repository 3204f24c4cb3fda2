import { isDeepStrictEqual } from 'node:util';
import { type Violation, violationsOf } from './invariants.ts';
import type { Mutant } from './mutant.ts';
import { play } from './play.ts';
import type { CrashPoint, Schedule } from './schedule.ts';

/** A drill that is played once for each moment at which a process can die in it. */
export interface Story {
  readonly name: string;
  readonly what: string;
  readonly schedule: Schedule;
}

/** Longer than a dead call is waited for, by whoever made it. */
const LONG_SECONDS = 1_800;
/** After the incident was closed it is told to the chat and to the metrics. */
const TOLD_MS = 120_000;
const calm: Schedule = {
  sites: ['dc-a', 'dc-b'],
  happenings: [],
  replies: [],
  picks: [],
  readingMs: 1_500,
  actingSeconds: 5,
  asksByPolicy: false,
  breakerMinNodes: 5,
  endsPaused: false,
};

function broken(heals: 'apply' | 'bounce' | 'nothing', more: Partial<Schedule> = {}): Schedule {
  const breaks = { type: 'breaks', node: 0, heals, webhook: 'once', when: { unit: 'seconds', count: 0 } } as const;
  // Nothing is mended by others before a call that died was made again.
  const end = { type: 'sweep', when: { unit: 'seconds', count: LONG_SECONDS } } as const;
  return { ...calm, ...more, happenings: [breaks, end] };
}

const yes = { decision: 'approved', by: 'alice', afterSeconds: 20, stale: false } as const;
const no = { ...yes, decision: 'denied' } as const;

export const stories: readonly Story[] = [
  { name: 'reconcile', what: 'the first rung heals the node', schedule: broken('apply') },
  {
    name: 'bounce',
    what: 'reconcile does not help, a person approves the bounce, and it heals the node',
    schedule: broken('bounce', { replies: [[yes]] }),
  },
  {
    name: 'denied',
    what: 'reconcile does not help, and a person denies the bounce',
    schedule: broken('bounce', { replies: [[no]] }),
  },
  {
    name: 'quarantine',
    what: 'nothing helps, and the node is taken out of service',
    schedule: broken('nothing', { replies: [[yes], [yes], [yes]] }),
  },
];

/** How a story ended: the outcome of each incident, and what was executed on hosts, in order. */
export interface Ending {
  readonly outcomes: readonly string[];
  readonly executed: readonly string[];
}

/** One death, and what went otherwise because of it. */
export interface Death {
  readonly point: CrashPoint;
  /** Whose process it was, and in which call. */
  readonly actor: string;
  readonly call: string;
  readonly violations: readonly Violation[];
  readonly ending: Ending;
}

export interface Enumeration {
  readonly story: Story;
  /** Without a death. */
  readonly undisturbed: Ending;
  readonly deaths: number;
  /** Those that broke an invariant or ended otherwise. */
  readonly found: readonly Death[];
}

/**
 * Plays the story once undisturbed, then twice for each call that has an effect outside: the process that makes it dies before
 * the call took effect, and after it, before it knows. `mutant`: what is broken on purpose; it is found out by one death.
 */
export async function enumerate(story: Story, mutant?: Mutant): Promise<Enumeration> {
  const { ending: undisturbed, effects } = await playThrough(story.schedule, mutant);
  const found: Death[] = [];
  const played = { deaths: 0 };
  for (const { number, actor, port, method } of effects) {
    for (const after of [false, true]) {
      if (mutant !== undefined && found.some(({ violations }) => violations.length > 0)) break;
      played.deaths += 1;
      const point = { call: number, after };
      const { ending, violations } = await playThrough({ ...story.schedule, crashPoint: point }, mutant);
      if (isDeepStrictEqual(ending, undisturbed) && violations.length === 0) continue;
      found.push({ point, actor, call: `${port}.${method}`, violations, ending });
    }
  }
  return { story, undisturbed, deaths: played.deaths, found };
}

async function playThrough(schedule: Schedule, mutant: Mutant | undefined) {
  const played = await play(schedule, mutant);
  const { world, observed } = played;
  const executed = world.hosts.acts.filter(({ ran }) => ran).map(({ document, host }) => `${document} on ${host}`);
  const outcomes = observed.incidents.map(({ outcome }) => outcome ?? 'open');
  const over = Math.max(...observed.incidents.map(({ updatedAt }) => updatedAt)) + TOLD_MS;
  const effects = world.effects.filter(({ madeAt }) => madeAt <= over);
  return { ending: { outcomes, executed }, violations: violationsOf(played), effects };
}
