import { RestitchError } from '../../core/restitch-error.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { answerOrder } from '../../functions/approval/answer-order.ts';
import { decide } from '../../functions/approval/decide.ts';
import { readOrder } from '../../functions/approval/read-order.ts';
import { createFakeUserGroups } from '../fakes/fake-user-groups.ts';
import type { Reply } from './schedule.ts';
import { APPROVERS, type World } from './world.ts';

/** A pause that was stored, as it was known to whoever ordered it. Times are simulated epoch milliseconds. */
export interface OrderedPause {
  readonly scope: string;
  readonly from: number;
  /** When somebody began to end it, or it was lost with the table. */
  until: number;
}

const settings = { approvers: APPROVERS, rules: [] };
const ids = { alice: 'U0ALICE', ben: 'U0BEN', mallory: 'U0MALLORY' } as const;
/** Whoever is told that it is not known whether it counted clicks again. */
const MOST_TRIES = 6;
const AGAIN_SECONDS = 10;

/** People who answer what the chat shows, and who pause and resume. */
export function createPeople(world: World) {
  const { chain, begin, at, say, clock, schedule } = world;
  const pauses: OrderedPause[] = [];
  const groups = createFakeUserGroups();
  let seen = 0;
  let orders = 0;

  /** Until it is known whether it counted. */
  function insist(actor: string, body: () => Promise<void>, tries = 1): void {
    const again = () => {
      if (tries < MOST_TRIES) at(AGAIN_SECONDS, () => insist(actor, body, tries + 1));
    };
    const once = async () => {
      try {
        await body();
      } catch (error) {
        if (!(error instanceof RestitchError)) throw error;
        say(actor, `is told: ${error.message}`);
        again();
      }
    };
    begin(actor, once, again);
  }

  function answer({ approvalId, planDigest }: Approval, { by, decision, stale }: Reply): void {
    const actor = `person ${by}`;
    insist(actor, async () => {
      const digest = stale ? 'digest-of-another-plan' : planDigest;
      const ports = { ...chain.seenBy('sweep'), engine: chain.seenEngine, groups };
      const wanted = {
        approvalId,
        planDigest: digest,
        decision,
        by: { id: ids[by], name: by, through: 'slack' as const },
      };
      const outcome = await decide(wanted, ports, settings);
      say(actor, `${decision} ${approvalId}: ${outcome.type}${outcome.type === 'refused' ? `, ${outcome.why}` : ''}`);
    });
  }

  function order(text: string, onDone: () => void): void {
    const actor = 'person alice';
    const number = ++orders;
    insist(actor, async () => {
      const by = { id: ids.alice, name: 'alice', request: `order-${number}` };
      const lines = await answerOrder(readOrder(text, clock.now()), by, { ...chain.seenBy('sweep'), groups }, settings);
      say(actor, `/restitch ${text}: ${lines[0]}`);
      onDone();
    });
  }

  return {
    pauses,
    /** Answers what was shown since. */
    look: () => {
      const { questions } = chain.ports.messenger;
      for (const approval of questions.slice(seen)) {
        const replies = schedule.replies[seen++] ?? [];
        for (const reply of replies) at(reply.afterSeconds, () => answer(approval, reply));
      }
    },
    pause: (scope: string) =>
      order(`pause ${scope} for the test`, () => {
        pauses.push({ scope, from: clock.now(), until: Number.POSITIVE_INFINITY });
      }),
    resume: (scope: string) => {
      for (const pause of pauses) if (pause.scope === scope) pause.until = Math.min(pause.until, clock.now());
      order(`resume ${scope}`, () => undefined);
    },
    forgetPauses: () => {
      for (const pause of pauses) pause.until = Math.min(pause.until, clock.now());
    },
    scopesInForce: () => pauses.filter(({ until }) => until === Number.POSITIVE_INFINITY).map(({ scope }) => scope),
  };
}

export type People = ReturnType<typeof createPeople>;
