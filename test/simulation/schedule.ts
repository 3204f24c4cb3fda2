import fc from 'fast-check';
import { anyDamage, type Damage } from '../property/damage.ts';

/**
 * When something happens: so many calls to something outside later than what happened before it, or so many seconds, or as soon as
 * so many commands that change a host were sent.
 */
export type Moment =
  | { readonly unit: 'acts'; readonly count: number }
  | { readonly unit: 'calls'; readonly count: number }
  | { readonly unit: 'seconds'; readonly count: number };

/** What a host says that is not so. `blames`: that nothing passes to the victim. `copies`: the victim's addresses on its Node. */
export type Lie =
  | { readonly how: 'blames' | 'copies'; readonly victim: string }
  | { readonly how: 'damage'; readonly damage: Damage };

/** `acts`: only what changes a host. */
export type Dependency = 'kubernetes' | 'ssm' | 'acts' | 'dynamodb' | 'slack' | 'queue' | 'engine';

/** `act`: a runbook that is about to change a host, or has just done so. */
export type Mortal = 'runbook' | 'act' | 'dispatch' | 'sweep' | 'notify';

/** `refuses`: nothing happens, and the caller knows. `loses-replies`: it happens. `done-later`: it happens 20 s after the error. */
export type FaultMode = 'refuses' | 'loses-replies' | 'done-later';

/** `node`: a number; modulo the hosts that there are. The last is the hub. */
export type Happening =
  | {
      readonly type: 'breaks';
      readonly node: number;
      readonly heals: 'apply' | 'restart-agent' | 'bounce' | 'nothing';
      readonly webhook: 'once' | 'twice' | 'late' | 'lost';
    }
  | { readonly type: 'recovers' | 'dies' | 'is-created-anew' | 'is-cordoned' | 'is-uncordoned'; readonly node: number }
  | {
      readonly type: 'alert';
      readonly node: number;
      readonly status: 'firing' | 'resolved';
      readonly byAddress: boolean;
    }
  | {
      readonly type: 'lies';
      readonly node: number;
      readonly victim: number;
      readonly lie: 'blames' | 'copies' | Damage;
    }
  | { readonly type: 'pause'; readonly scope: 'all' | 'cluster=lab' | 'pool=gpu' | 'class=vxlan-wedge' }
  | { readonly type: 'resume' | 'sweep' | 'is-taken-for-dead' | 'starts-late' | 'table-is-lost' }
  | {
      readonly type: 'process-dies';
      readonly whose: Mortal;
      readonly after: boolean;
    }
  | { readonly type: 'calls-fail'; readonly dependency: Dependency; readonly mode: FaultMode; readonly calls: number }
  | { readonly type: 'outage'; readonly dependency: Dependency; readonly mode: FaultMode; readonly seconds: number }
  | { readonly type: 'stream'; readonly how: 'lost' | 'twice' | 'last-first' }
  /** The next release, or the one before it again. One part may follow the other later, or not at all. */
  | { readonly type: 'deployment'; readonly of: 'functions' | 'alias' | 'both' };

/** How people answer the questions, one after the other, so many seconds after each was shown. */
export interface Reply {
  readonly decision: 'approved' | 'denied' | 'taken-over' | 'snoozed';
  readonly by: 'alice' | 'ben' | 'mallory';
  readonly afterSeconds: number;
  /** The digest of another plan. */
  readonly stale: boolean;
}

/** The process that makes a call dies before the call took effect, or after it. Calls are counted from 1. */
export interface CrashPoint {
  readonly call: number;
  readonly after: boolean;
}

export interface Schedule {
  /** The site of each GPU node. */
  readonly sites: readonly string[];
  readonly happenings: readonly (Happening & { readonly when: Moment })[];
  /** For each question the answers to it; a question beyond the last gets none. */
  readonly replies: readonly (readonly Reply[])[];
  /** At a number of a call: which of the waiting ones goes, modulo how many there are. Otherwise the first. */
  readonly picks: readonly number[];
  /** How long a diagnosis takes: it is polled meanwhile. */
  readonly readingMs: number;
  /** How long an acting command takes. */
  readonly actingSeconds: number;
  /** APPROVE_QUARANTINE: also a question before `restart-agent` and `quarantine`. */
  readonly asksByPolicy: boolean;
  readonly breakerMinNodes: number;
  /** In the end all pauses are over, or one of everything stays. */
  readonly endsPaused: boolean;
  /** Beside the processes that die by chance. */
  readonly crashPoint?: CrashPoint;
}

const node = fc.nat({ max: 4 });
const dependency = fc.constantFrom<Dependency>(
  'kubernetes',
  'ssm',
  'acts',
  'acts',
  'dynamodb',
  'slack',
  'queue',
  'engine',
);
const mode = fc.constantFrom<FaultMode>('refuses', 'loses-replies', 'done-later');
const breaks = fc.record({
  type: fc.constant('breaks' as const),
  node,
  heals: fc.constantFrom('apply', 'restart-agent', 'bounce', 'nothing'),
  webhook: fc.constantFrom('once', 'once', 'twice', 'late', 'lost'),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: breaks },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom('recovers', 'recovers', 'dies', 'is-created-anew', 'is-cordoned', 'is-uncordoned'),
      node,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('alert' as const),
      node,
      status: fc.constantFrom('firing', 'resolved'),
      byAddress: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('lies' as const),
      node,
      victim: node,
      lie: fc.oneof(fc.constantFrom('blames' as const, 'copies' as const), anyDamage(['10.0.1.10', 'gpu-1'])),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('pause' as const),
      scope: fc.constantFrom('all', 'cluster=lab', 'pool=gpu', 'class=vxlan-wedge'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('resume', 'sweep', 'is-taken-for-dead', 'starts-late') }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('table-is-lost' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('process-dies' as const),
      whose: fc.constantFrom<Mortal>('runbook', 'act', 'act', 'dispatch', 'sweep', 'notify'),
      after: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('calls-fail' as const),
      dependency,
      mode,
      calls: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('outage' as const),
      dependency,
      mode,
      seconds: fc.integer({ min: 20, max: 600 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('stream' as const), how: fc.constantFrom('lost', 'twice', 'last-first') }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('deployment' as const),
      of: fc.constantFrom('functions', 'alias', 'both', 'both'),
    }),
  },
);

const moment: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ unit: fc.constant('calls' as const), count: fc.nat({ max: 120 }) }) },
  { weight: 1, arbitrary: fc.record({ unit: fc.constant('seconds' as const), count: fc.nat({ max: 400 }) }) },
  { weight: 1, arbitrary: fc.record({ unit: fc.constant('acts' as const), count: fc.constantFrom(1, 1, 2) }) },
);

const reply = fc.record({
  decision: fc.constantFrom<Reply['decision']>('approved', 'approved', 'approved', 'denied', 'taken-over', 'snoozed'),
  by: fc.constantFrom<Reply['by']>('alice', 'alice', 'ben', 'mallory'),
  afterSeconds: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 400 })),
  stale: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const at = <T extends object>(arbitrary: fc.Arbitrary<T>) =>
  fc.tuple(arbitrary, moment).map(([what, when]) => ({ ...what, when }));

/** Something breaks first; what happens then is left to chance. */
export const schedule: fc.Arbitrary<Schedule> = fc
  .record({
    sites: fc.array(fc.constantFrom('dc-a', 'dc-b'), { minLength: 1, maxLength: 4 }),
    first: at(breaks.map((each): Happening => ({ ...each, webhook: each.webhook === 'lost' ? 'once' : each.webhook }))),
    more: fc.array(at(happening), { maxLength: 6 }),
    replies: fc.array(fc.array(reply, { maxLength: 2 }), { maxLength: 4 }),
    picks: fc.array(fc.nat({ max: 3 }), { maxLength: 40 }),
    readingMs: fc.constantFrom(50, 300, 300, 1_500),
    actingSeconds: fc.integer({ min: 1, max: 40 }),
    asksByPolicy: fc.boolean(),
    breakerMinNodes: fc.constantFrom(2, 5),
    endsPaused: fc.boolean(),
  })
  .map(({ first, more, ...rest }) => ({ ...rest, happenings: [first, ...more] }));
