import type { IncidentNotice, Messenger } from '../../core/incident/messenger.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Approval } from '../../core/safety/approval.ts';

/** A chat that a test can read, and cut off. */
export interface FakeMessenger extends Messenger {
  /** Every notice that was posted or rewritten: the message's `ts`, and what it showed. */
  readonly notices: readonly { readonly ts: string; readonly notice: IncidentNotice }[];
  readonly questions: readonly Approval[];
  readonly settled: readonly Approval[];
  /** Answers 503. */
  down: boolean;
  /** Never answers. */
  hangs: boolean;
}

export function createFakeMessenger(): FakeMessenger {
  const notices: { ts: string; notice: IncidentNotice }[] = [];
  const questions: Approval[] = [];
  const settled: Approval[] = [];
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
    askApproval: async (approval) => {
      await reachable();
      questions.push(approval);
      return ref();
    },
    settleApproval: async (_, approval) => {
      await reachable();
      settled.push(approval);
    },
  };
  return fake;
}
