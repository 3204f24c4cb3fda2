import { setTimeout as sleep } from 'node:timers/promises';
import { findFault } from '../../lab/faults/catalogue.ts';
import { type DrillResult, runDrill } from '../../local/drill.ts';
import { approveAll, openQuestions } from '../drills/approve-all.ts';
import type { RunningTemplate } from '../template/start-template.ts';

const FAULT = 'fdb-flushed';
const POLL_MS = 100;
const LONGEST_WAIT_MS = 300_000;

/** An incident that asks for approval. */
export interface BegunIncident {
  readonly incidentId: string;
  /** Approves what it asks for and follows it to its end. */
  approve(): Promise<Pick<DrillResult, 'healed' | 'why'>>;
  /** Leaves it as it is. */
  leave(): Promise<void>;
}

/** Breaks a node and sends its alert. Resolves when Slack has the incident's question. */
export async function beginIncident(
  { runtime, standIns }: RunningTemplate,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<BegunIncident> {
  const fault = findFault(FAULT);
  if (fault === undefined) throw new TypeError(`the catalogue has no ${FAULT}`);
  const leaving = new AbortController();
  const stop = AbortSignal.any([signal, leaving.signal]);
  const drill = runDrill(runtime, standIns.fleet, fault, ({ text }) => say(text), stop);
  const tooEarly = drill.then(({ why }) => {
    throw new TypeError(`the incident ends before it asks: ${why}`);
  });
  // Once there is a question its end is no news.
  tooEarly.catch(() => undefined);
  const deadline = Date.now() + LONGEST_WAIT_MS;
  while (openQuestions(standIns.slack).length === 0) {
    if (Date.now() > deadline) throw new TypeError('the incident asks for nothing');
    await Promise.race([sleep(POLL_MS), tooEarly]);
  }
  const incident = await runtime.store.getLatest({ cluster: 'lab', node: fault.alertingNode });
  if (incident === undefined) throw new TypeError('the question belongs to no incident');
  return {
    incidentId: incident.incidentId,
    approve: async () => {
      await approveAll(standIns.slack);
      return drill;
    },
    leave: async () => {
      leaving.abort();
      await drill;
    },
  };
}
