import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../../core/alert/resolve-target.ts';
import { WorkItem } from '../../../core/alert/work-item.ts';
import { intake } from '../../../functions/intake/intake.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { TOKEN, webhookRequest } from '../../fakes/webhook-request.ts';
import { recorded } from '../../fixtures/payloads.ts';
import { answerOf } from '../answer-of.ts';
import type { FuzzTarget } from '../target.ts';
import { createWrittenLog } from '../written-log.ts';

const settings = {
  rules: { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: 'lab-1' },
  clusters: ['lab-1'],
  maxBodyBytes: 1_048_576,
};

/** The body of Alertmanager's webhook, as intake takes it; what it queues is read as dispatch reads it. */
export const alertmanagerWebhook: FuzzTarget = {
  name: 'alertmanager-webhook',
  samples: recorded.map(({ text }) => text),
  format: 'json',
  share: 15,
  receive: async (body) => {
    const queue = createFakeWorkQueue();
    const { log, lines } = createWrittenLog();
    const ports = { queue, log, clock: () => 1_763_683_500_000, tokens: async () => [TOKEN] };
    const answer = answerOf(await intake(webhookRequest(body), ports, settings), [200, 400, 503]);
    for (const item of queue.sent) WorkItem.parse(JSON.parse(JSON.stringify(item)));
    return { ...answer, logged: lines };
  },
};
