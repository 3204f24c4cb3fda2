import { assertNever } from '../../core/assert-never.ts';
import { titleOf } from '../../core/incident/explain.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { mayWaitForPause } from '../../core/incident/waits-no-more.ts';
import type { Log } from '../../core/log.ts';
import { isUserGroup } from '../../core/safety/approver.ts';
import { formatPauseScope, PAUSE_LIST, type PauseScope, pausesInForce, withPause } from '../../core/safety/pause.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import type { UserGroups } from '../../core/safety/user-groups.ts';
import { describePauseInForce, endPause } from '../pause-order.ts';
import { describeWoken, type WakePorts, wakeWaiting } from '../wake-waiting.ts';
import type { DecideSettings } from './decide.ts';
import { ALLOW, type Order } from './read-order.ts';
import { allow, revoke, standing } from './standing-orders.ts';

export interface OrderPorts extends WakePorts {
  readonly safety: Pick<SafetyRecords, 'pauses' | 'breakers' | 'standing'>;
  readonly groups: UserGroups;
  readonly log: Log;
  /** Milliseconds. It keeps no process alive. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Who gave the order, from the signed payload. */
export interface Orderer {
  readonly id: string;
  readonly name: string;
  /** The same where the order is sent again. */
  readonly request: string;
}

const HELP = [
  '/restitch status: pauses, open breakers, standing approvals, and how many incidents are open',
  '/restitch incidents: the open incidents',
  '/restitch explain INCIDENT: what was found, decided and done',
  '/restitch pause SCOPE REASON [for 90m|4h|2d | until 2026-11-22T06:00:00Z]: nothing acts any more, at once',
  '/restitch resume SCOPE: what waited goes on at once',
  '/restitch who: who may approve, pause and resume',
  `/restitch allow ${ALLOW}: a standing approval, the next questions of this kind are answered in your name`,
  '/restitch standing: the standing approvals; /restitch revoke NUMBER: ends one',
  'SCOPE is all, cluster=NAME, pool=NAME or class=NAME. Verification, rollback and release go on in a pause.',
];
const MOST_INCIDENTS = 20;
const MOST_LINES = 25;
/** Slack waits 3 s for the answer. Sweep finds within a minute what could not be woken by then. */
const MOST_WAKE_MS = 1_000;

/** Does what was ordered. The lines are not escaped. Throws `RestitchError` (code `store`). */
export async function answerOrder(
  order: Order,
  by: Orderer,
  ports: OrderPorts,
  settings: DecideSettings,
): Promise<readonly string[]> {
  switch (order.type) {
    case 'help':
      return [...(order.why === null ? [] : [`Not done: ${order.why}.`]), ...HELP];
    case 'status':
      return status(ports);
    case 'incidents':
      return incidents(await ports.store.listOpen(), ports.clock());
    case 'explain':
      return explain(await ports.store.get(order.incidentId), order.incidentId);
    case 'who':
      return who(settings);
    case 'standing':
      return standing(ports);
    case 'allow':
      return allow(order, by, ports, settings);
    case 'revoke':
      return revoke(order.number, by, ports);
    case 'pause':
      return pause(order, by, ports);
    case 'resume':
      return resume(order.scope, ports);
    default:
      return assertNever(order);
  }
}

async function status(ports: OrderPorts): Promise<readonly string[]> {
  const { safety, store, clock } = ports;
  const [list, breakers, open, given] = await Promise.all([
    safety.pauses.get(PAUSE_LIST),
    safety.breakers.list(),
    store.listOpen(),
    standing(ports),
  ]);
  const pauses = pausesInForce(list, clock()).map((each) => `paused: ${describePauseInForce(each)}`);
  const tripped = breakers.flatMap(({ cluster, tripped: all }) =>
    Object.entries(all).map(([name, { reason }]) => `breaker ${name} of ${cluster} is open: ${reason}`),
  );
  const phases = [...Map.groupBy(open, ({ phase }) => phase)].map(([phase, each]) => `${each.length} ${phase}`);
  return [
    ...(pauses.length === 0 ? ['nothing is paused'] : pauses),
    ...(tripped.length === 0 ? ['every breaker is closed'] : tripped),
    ...given,
    `open incidents: ${phases.length === 0 ? 'none' : phases.join(', ')}`,
  ];
}

function incidents(open: readonly Incident[], now: number): readonly string[] {
  if (open.length === 0) return ['no incident is open'];
  const lines = open
    .toSorted((a, b) => b.openedAt - a.openedAt)
    .slice(0, MOST_INCIDENTS)
    .map(({ incidentId, phase, diagnosis, hypothesis, openedAt }) => {
      const minutes = Math.floor((now - openedAt) / 60_000);
      return `${incidentId}: ${phase}, ${diagnosis ?? `${hypothesis} (first guess)`}, for ${minutes} min`;
    });
  return open.length <= MOST_INCIDENTS ? lines : [...lines, `and ${open.length - MOST_INCIDENTS} more`];
}

function explain(incident: Incident | undefined, incidentId: string): readonly string[] {
  if (incident === undefined) return [`there is no incident ${incidentId}`];
  const lines = (incident.timeline?.lines ?? []).map(titleOf);
  return [
    `${incidentId}: ${incident.outcome ?? incident.phase}`,
    ...lines.slice(-MOST_LINES),
    `restitch explain ${incidentId} shows what each guard looked at`,
  ];
}

function who({ approvers, rules }: DecideSettings): readonly string[] {
  const general =
    approvers.length === 0 ? 'Nobody may approve, pause or resume.' : `These may: ${approvers.map(named).join(', ')}`;
  const special = rules.flatMap(({ approvers: own, ...rule }) => {
    if (own === undefined) return [];
    const where = ['class', 'rung', 'pool'] as const;
    const fits = where.flatMap((key) => (rule[key] === undefined ? [] : [`${key}=${rule[key]}`]));
    const when = rule.when === undefined ? '' : `, ${rule.when.join('; ')}`;
    return [`Instead for ${fits.join(' ') || 'everything'}${when}: ${own.map(named).join(', ')}`];
  });
  return [general, ...special];
}

function named(approver: string): string {
  return isUserGroup(approver) ? `everybody in the user group ${approver}` : approver;
}

async function pause(
  { scope, reason, until }: Extract<Order, { type: 'pause' }>,
  { id, name }: Orderer,
  { safety, clock }: OrderPorts,
): Promise<readonly string[]> {
  const wanted = { scope, reason, by: name === '' ? id : `${name} (${id})`, since: clock(), until };
  await safety.pauses.change(PAUSE_LIST, (list) => withPause(list, wanted));
  return [`paused: ${describePauseInForce(wanted)}`];
}

async function resume(scope: PauseScope, ports: OrderPorts): Promise<readonly string[]> {
  const { ended, left: inForce } = await endPause(ports.safety.pauses, scope, ports.clock());
  const left = inForce.map((each) => `still paused: ${describePauseInForce(each)}`);
  if (!ended) return [`${formatPauseScope(scope)} is not paused`, ...left];
  const wake = wakeWaiting(ports, (incident) => mayWaitForPause(incident, scope)).catch(() => undefined);
  const woken = await Promise.race([wake, ports.sleep(MOST_WAKE_MS).then(() => undefined)]);
  return [`resumed: ${formatPauseScope(scope)}`, describeWoken(woken), ...left];
}
