import { sharedTarget } from '../../core/alert/shared-fault.ts';
import { createChainUnderTest } from './chain-under-test.ts';
import { type Calls, countedCluster, countedMessenger, countedTable, noCalls, slowCommands } from './count-calls.ts';
import { createCountingTable } from './counting-table.ts';
import { healthyFleet } from './healthy-evidence.ts';
import { storesOver } from './recording-table.ts';
import { incidentOf } from './sample-records.ts';
import { rawAlert } from './webhook-request.ts';

/** Run Command in a quiet region. */
const COMMAND_SECONDS = 2;
const SITES = ['paris', 'oslo', 'rome'];

/** The chain with a fleet of so many nodes and every port counted. Each invocation begins with empty hands, as in a new process. */
function countedChain(nodes: number) {
  const calls = noCalls();
  const table = createCountingTable();
  const counted = countedTable(table, calls);
  const sites = Array.from({ length: nodes }, (_, index) => SITES[index % SITES.length] ?? '');
  const chain = createChainUnderTest(
    {},
    { fleet: healthyFleet(sites), storesFor: (user) => storesOver(user === 'test' ? table : counted) },
  );
  const { ports, commands, clock } = chain;
  Object.assign(ports, {
    cluster: countedCluster(ports.cluster, calls),
    messenger: countedMessenger(ports.messenger, calls),
    commands: slowCommands(commands, calls, clock.now, COMMAND_SECONDS),
  });
  const alert = rawAlert({
    labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' },
    fingerprint: 'alert-of-gpu-1',
  });
  return { ...chain, calls, post: () => chain.post(alert) };
}

/** gpu-1 has lost its forwarding entries. What it costs until it is repaired, verified, watched and closed, and how it ends. */
export async function ordinaryIncident(nodes: number) {
  const { calls, post, untilAllClosed, until, incidents } = countedChain(nodes);
  await post();
  await untilAllClosed();
  await until(() => true);
  return { calls, outcomes: (await incidents()).map(({ outcome }) => outcome) };
}

/** The incident of its hub, which the Node's label names, is open when its alert comes. What it costs until it is held. */
export async function heldIncident(nodes: number) {
  const { calls, post, until, incidents, ports, engine } = countedChain(nodes);
  ports.cluster.change('gpu-1', ({ metadata, ...node }) => ({
    ...node,
    metadata: { ...metadata, labels: { ...metadata.labels, 'restitch.dev/hub': 'hub-1' } },
  }));
  const shared = { kind: 'hub', name: 'hub-1' } as const;
  const target = sharedTarget('lab', shared);
  await ports.store.openOrGet(target, () =>
    incidentOf({ incidentId: 'lab.hub-1.1', target, shared, seenFrom: 'gpu-2', phase: 'handed-over' }),
  );
  const phases = async () => (await incidents()).map(({ phase }) => phase);
  // The message about the hub is not this incident's.
  await until(() => true);
  Object.assign(calls, noCalls());
  await post();
  await until(async () => (await phases()).includes('held'));
  await engine.idle();
  return { calls, phases: await phases() };
}

/** What one incident asks of everything outside, for the model of docs/scale.md. */
export function summaryOf({ commands, lists, polls, kubernetes, listings, reads, writes, slack, writeUnits }: Calls) {
  return {
    commands: commands.length,
    commandsOnHub: commands.filter(({ onHub }) => onHub).length,
    rounds: Math.max(0, ...commands.map(({ round }) => round)),
    lists,
    polls,
    kubernetes,
    listings,
    reads,
    writes,
    ...writeUnits,
    slack,
  };
}
