import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { countedCluster, countedMessenger, countedTable, noCalls, slowCommands } from '../../fakes/count-calls.ts';
import { createCountingTable } from '../../fakes/counting-table.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { storesOver } from '../../fakes/recording-table.ts';
import { alertFor, sitesOf } from '../scenarios/fleet-under-test.ts';

/** Run Command in a quiet region. */
const COMMAND_SECONDS = 2;

/** gpu-1 has lost its forwarding entries. What it costs until it is repaired, verified, watched and closed. */
async function ordinaryIncident(nodes: number) {
  const calls = noCalls();
  const table = createCountingTable();
  const counted = countedTable(table, calls);
  const storesFor = (user: string) => storesOver(user === 'test' ? table : counted);
  const chain = createChainUnderTest({}, { fleet: healthyFleet(sitesOf(nodes)), storesFor });
  const { ports, commands, clock } = chain;
  Object.assign(ports, {
    cluster: countedCluster(ports.cluster, calls),
    messenger: countedMessenger(ports.messenger, calls),
    commands: slowCommands(commands, calls, clock.now, COMMAND_SECONDS),
  });
  await chain.post(alertFor('gpu-1'));
  await chain.untilAllClosed();
  await chain.until(() => true);
  expect((await chain.incidents()).map(({ outcome }) => outcome)).toEqual(['repaired']);
  return calls;
}

describe('what an ordinary incident costs', () => {
  it('does not grow with the fleet', { timeout: 60_000 }, async () => {
    expect(await ordinaryIncident(150)).toEqual(await ordinaryIncident(10));
  });

  it('is at most ten commands', async () => {
    const { commands } = await ordinaryIncident(10);
    expect(commands.length).toBeLessThanOrEqual(10);
  });

  it('is few calls of everything else', async () => {
    const { kubernetes, dynamoDb, slack } = await ordinaryIncident(10);
    expect(slack).toBeLessThanOrEqual(4);
    expect(kubernetes).toBeLessThanOrEqual(17);
    expect(dynamoDb).toBeLessThanOrEqual(90);
  });

  it('is three rounds to the diagnosis, one to repair, two to verify it, and two after the time in which it is watched', async () => {
    const { commands } = await ordinaryIncident(10);
    expect(commands.map(({ document, round }) => `${round} ${document}`)).toEqual([
      ...['1 diagnose', '2 diagnose', '3 diagnose'],
      '4 apply',
      ...['5 diagnose', '6 diagnose'],
      '7 confirm',
      ...['8 diagnose', '9 diagnose'],
    ]);
  });
});
