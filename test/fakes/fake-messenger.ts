import type { Messenger } from '../../core/incident/messenger.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Approval } from '../../core/safety/approval.ts';

/** A chat that a test can read, and cut off. */
export interface FakeMessenger extends Messenger {
  readonly questions: readonly Approval[];
  readonly settled: readonly Approval[];
  /** Answers 503. */
  down: boolean;
  /** Never answers. */
  hangs: boolean;
}

export function createFakeMessenger(): FakeMessenger {
  const questions: Approval[] = [];
  const settled: Approval[] = [];
  let ts = 0;
  const reachable = async () => {
    if (fake.hangs) await new Promise<never>(() => undefined);
    if (fake.down) throw new RestitchError('slack', 'no answer', { retryable: true });
  };
  const ref = () => ({ channel: '#restitch', ts: String(++ts) });
  const fake: FakeMessenger = {
    questions,
    settled,
    down: false,
    hangs: false,
    postNotice: async () => {
      await reachable();
      return ref();
    },
    updateNotice: reachable,
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
