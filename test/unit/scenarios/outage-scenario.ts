import { expect } from 'vitest';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import type { Dependency, Outage } from '../../fakes/outage.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

export const OUTAGE_SECONDS = 600;
/** By then everything goes on that the outage stopped. */
const RECOVERY_SECONDS = 2_700;
const STEP_SECONDS = 5;
/** Documents that change a host. */
const acting: readonly string[] = ['apply', 'bounce', 'restart-agent'];

/** `reconcile`: the first rung heals. `bounce`: it does not, and the one that does needs a cordon and a yes. */
export type Course = 'reconcile' | 'bounce';

const alert = rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' } });
const fingerprint = String(alert['fingerprint']);
const startsAt = Date.parse(String(alert['startsAt']));
const receiptKey = `d.${fingerprint}.${startsAt}.firing`;

/** One incident of gpu-1 from the webhook to its end, with an outage or without. Every question gets a yes. */
export async function play(course: Course, outage?: Outage) {
  const chain = createChainUnderTest({}, outage === undefined ? {} : { outage });
  chain.commands.heals = course === 'reconcile' ? ['apply'] : ['bounce'];
  const startedAt = chain.clock.now();
  chain.alerts.held.push({ active: true, raw: alert, fingerprint, startsAt });
  const actedWhileDown: string[] = [];
  const { send } = chain.ports.commands;
  chain.ports.commands.send = (command) => {
    if (acting.includes(command.document) && chain.outages.isDown()) actedWhileDown.push(command.operationKey);
    return send(command);
  };
  let isAccepted = false;
  const closed = async () => {
    // Alertmanager sends the group again until it is accepted.
    if (!isAccepted) isAccepted = (await chain.webhook(alert)).statusCode === 200;
    await chain.approveAll();
    const incidents = await chain.incidents();
    return incidents.length > 0 && incidents.every(({ phase }) => phase === 'closed');
  };
  await chain.until(closed, OUTAGE_SECONDS + RECOVERY_SECONDS, STEP_SECONDS);
  const secondsToClose = (chain.clock.now() - startedAt) / 1_000;
  return { chain, actedWhileDown, secondsToClose };
}

type Played = Awaited<ReturnType<typeof play>>;

/** What holds whatever fails and whenever. */
export async function expectSettled({ chain, actedWhileDown }: Played, dependency: Dependency): Promise<void> {
  const { ports } = chain;
  // Sweep has its turn, and the chat catches up.
  await chain.until(() => !chain.outages.isDown(), 2 * OUTAGE_SECONDS, STEP_SECONDS);
  await chain.sweep();
  await chain.until(() => true);
  expect(chain.dead).toEqual([]);
  const incidents = await chain.incidents();
  const receipts = await Promise.all(incidents.map(({ incidentId }) => ports.store.readReceipt(incidentId)));
  const ofAlert = receipts.find((entries) => entries.some(({ entryId }) => entryId === receiptKey)) ?? [];
  expect(ofAlert.map(({ event }) => event)).toContain('closed');
  expect(chain.commands.broken).toBe(false);
  const done = chain.acted().filter(({ document }) => acting.includes(document));
  const keys = done.map(({ operationKey }) => operationKey);
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  const nodes = await ports.cluster.listNodes();
  expect(nodes.filter((node) => readClaim(node).type !== 'none' || node.spec.unschedulable === true)).toEqual([]);
  expect(await ports.capacity.read()).toEqual([]);
  expect(await ports.approvals.listPending()).toEqual([]);
  if (dependency === 'kubernetes' || dependency === 'dynamodb') expect(actedWhileDown).toEqual([]);
  const last = ports.messenger.notices.at(-1)?.notice.incident;
  expect(last?.phase).toBe('closed');
}
