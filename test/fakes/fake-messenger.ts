import type { IncidentNotice, Messenger } from '../../core/incident/messenger.ts';
import type { Reply } from '../../core/incident/replies.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Approval } from '../../core/safety/approval.ts';

/** A chat that a test can read, and cut off. */
export interface FakeMessenger extends Messenger {
  /** Every notice that was posted or rewritten: the message's `ts`, and what it showed. */
  readonly notices: readonly { readonly ts: string; readonly notice: IncidentNotice }[];
  readonly questions: readonly Approval[];
  readonly settled: readonly Approval[];
  /** Open questions that were rewritten. */
  readonly rewritten: readonly Approval[];
  /** That nobody has answered: the question's `ts`, and what was told. */
  readonly escalations: readonly { readonly question: string | undefined; readonly approval: Approval }[];
  readonly settledEscalations: readonly Approval[];
  readonly replies: readonly Reply[];
  /** The `ts` of the message in whose thread each question is. */
  readonly threads: readonly (string | undefined)[];
  /** Answers 503. */
  down: boolean;
  /** Never answers. */
  hangs: boolean;
}

export function createFakeMessenger(): FakeMessenger {
  const notices: { ts: string; notice: IncidentNotice }[] = [];
  const questions: Approval[] = [];
  const settled: Approval[] = [];
  const rewritten: Approval[] = [];
  const threads: (string | undefined)[] = [];
  const escalations: { question: string | undefined; approval: Approval }[] = [];
  const settledEscalations: Approval[] = [];
  const replies: Reply[] = [];
  let ts = 0;
  const reachable = async () => {
    if (fake.hangs) await new Promise<never>(() => undefined);
    if (fake.down) throw new RestitchError('slack', 'no answer', { retryable: true });
  };
  const ref = () => ({ channel: '#restitch', ts: String(++ts) });
  const fake: FakeMessenger = {
    notices,
    questions,
    settled,
    rewritten,
    threads,
    escalations,
    settledEscalations,
    replies,
    down: false,
    hangs: false,
    postNotice: async (notice) => {
      await reachable();
      const posted = ref();
      notices.push({ ts: posted.ts, notice });
      return posted;
    },
    updateNotice: async ({ ts: posted }, notice) => {
      await reachable();
      notices.push({ ts: posted, notice });
    },
    askApproval: async (approval, thread) => {
      await reachable();
      questions.push(approval);
      threads.push(thread?.ts);
      return ref();
    },
    escalate: async (approval, question) => {
      await reachable();
      escalations.push({ question: question?.ts, approval });
      return ref();
    },
    reply: async (reply) => {
      await reachable();
      replies.push(reply);
      return ref();
    },
    updateEscalation: async (_, approval) => {
      await reachable();
      settledEscalations.push(approval);
    },
    updateApproval: async (_, approval) => {
      await reachable();
      (approval.status === 'pending' ? rewritten : settled).push(approval);
    },
  };
  return fake;
}
