import { describe, expect, it } from 'vitest';
import type { CloudRoute } from '../../../core/cloud/route-table.ts';
import { parseProbeName } from '../../../core/evidence/probe-name.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { PAUSE_LIST, withPause } from '../../../core/safety/pause.ts';
import { activeRoute } from '../../fakes/fake-cloud-routes.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

const TABLE = 'rtb-0123456789abcdef0';
const HUB = 'i-0a0000000000000a1';
const NETWORK = '10.200.0.0/24';
const elsewhere: CloudRoute = activeRoute(NETWORK, 'i-0a0000000000000c1');

/** gpu-1 and cloud-1 reach each other exactly when the table sends the tunnel's network to the hub. */
function createCloudIncident(routes: readonly CloudRoute[] = [], tables = [TABLE]) {
  const work = createIncidentUnderTest({}, Object.fromEntries(tables.map((id) => [id, routes])));
  const { commands, cluster, cloudRoutes } = work;
  cluster.change('hub-1', (node) => ({ ...node, spec: { ...node.spec, providerID: `aws:///zone/${HUB}` } }));
  commands.broken = false;
  commands.lost = (probe, host) => {
    const peer = parseProbeName(probe)?.peer;
    const between = (host === 'gpu-1' && peer === 'cloud-1') || (host === 'cloud-1' && peer === 'gpu-1');
    return between && !tables.every((id) => cloudRoutes.routes.get(id)?.some(({ instanceId }) => instanceId === HUB));
  };
  return work;
}

async function told(work: ReturnType<typeof createIncidentUnderTest>): Promise<readonly string[]> {
  return (await work.store.readReceipt('lab.gpu-1.1')).map(({ summary }) => summary);
}

describe('when the cloud’s route to the tunnel is missing', () => {
  it('asks with the exact change, and makes it after a yes without touching a host', async () => {
    const work = createCloudIncident();
    await work.start();
    await work.untilAsked();
    expect(work.cloudRoutes.written).toEqual([]);
    expect((await told(work)).join('\n')).not.toContain('aws ec2');
    expect(work.messenger.questions.at(-1)).toMatchObject({
      stage: 'cloud-route',
      planLines: [
        `${TABLE}: route ${NETWORK} → ${HUB} (hub-1)`,
        '  now: no such route',
        `  undo: aws ec2 delete-route --route-table-id ${TABLE} --destination-cidr-block ${NETWORK}`,
      ],
    });
    await answer(work, 'approved');
    expect(await work.untilClosed()).toMatchObject({ outcome: 'repaired', claimed: false });
    expect(work.cloudRoutes.written).toEqual([`${TABLE} create ${NETWORK}`]);
    expect(work.acted()).toEqual([]);
  });

  it('asks at the first look: the rung below it has nothing to do, and needs no other', async () => {
    const work = createCloudIncident();
    await work.start();
    await work.untilAsked();
    const events = await work.events();
    expect(events.slice(0, events.indexOf('approval-requested'))).toEqual(['diagnosis', 'climbed', 'guard']);
  });

  it('puts the change on the receipt, and tells who declares the table', async () => {
    const work = createCloudIncident();
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilClosed();
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    expect(receipt.find(({ event }) => event === 'command')).toMatchObject({
      stage: 'cloud-route',
      operationKey: expect.stringMatching(/^lab\.gpu-1\.1\.cloud-route\.1-\d+$/),
      detail: { command: expect.stringContaining(`--instance-id ${HUB}`), outcome: { type: 'done' } },
    });
    expect(receipt.find(({ event }) => event === 'permanent')?.summary).toContain(`+route ${NETWORK} → ${HUB}`);
  });
});

describe('when a pause begins while EC2 throttles', () => {
  it.each([
    ['the change is not made', false, []],
    ['a change whose answer was lost counts as made, and is verified', true, [`${TABLE} create ${NETWORK}`]],
  ])('%s', async (_, accepted, written) => {
    const work = createCloudIncident();
    const { write } = work.cloudRoutes;
    work.cloudRoutes.write = async (table, wanted) => {
      await work.safety.pauses.change(PAUSE_LIST, (list) =>
        withPause(list, { scope: { type: 'all' }, reason: 'a release', by: 'ann', since: work.clock(), until: null }),
      );
      if (accepted) await write(table, wanted);
      throw new RestitchError('ec2', 'RequestLimitExceeded', { retryable: true });
    };
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    const { outcome } = await work.workUntil(({ phase }) => phase === 'closed' || phase === 'handed-over');
    expect(outcome).toBe(accepted ? 'repaired' : null);
    expect(work.cloudRoutes.written).toEqual(written);
  });
});

describe('when the answer is no', () => {
  it('changes nothing and hands the exact command over', async () => {
    const work = createCloudIncident();
    await work.start();
    await work.untilAsked();
    await answer(work, 'denied');
    await work.untilAtRest();
    expect(work.cloudRoutes.written).toEqual([]);
    expect((await told(work)).at(-1)).toContain(
      `aws ec2 create-route --route-table-id ${TABLE} --destination-cidr-block ${NETWORK} --instance-id ${HUB}`,
    );
  });
});

describe('when the change does not help', () => {
  it.each<[string, string, readonly CloudRoute[], readonly string[]]>([
    [
      'deletes what it made',
      `delete route ${NETWORK}`,
      [],
      [`${TABLE} create ${NETWORK}`, `${TABLE} delete ${NETWORK}`],
    ],
    [
      'gives back what was there',
      `replace route ${NETWORK} → eni-0a0000000000000c1`,
      [elsewhere],
      [`${TABLE} replace ${NETWORK}`, `${TABLE} replace ${NETWORK}`],
    ],
  ])('%s', async (_, undone, before, writes) => {
    const work = createCloudIncident(before);
    const { lost } = work.commands;
    // Something that passed before is lost afterwards.
    work.commands.lost = (probe, host) =>
      lost(probe, host) ||
      (work.cloudRoutes.written.length > 0 && host === 'gpu-1' && parseProbeName(probe)?.kind === 'vtep');
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.workUntil(() => work.cloudRoutes.written.length > 1);
    expect(work.cloudRoutes.written).toEqual(writes);
    expect(work.cloudRoutes.routes.get(TABLE)).toEqual(before);
    await work.untilAtRest();
    expect((await told(work)).join('\n')).toContain(`cloud-route on ${TABLE}: ${undone}: done`);
  });

  it('leaves alone what somebody else has changed since', async () => {
    const work = createCloudIncident();
    const { write } = work.cloudRoutes;
    work.cloudRoutes.write = async (table, wanted) => {
      const outcome = await write(table, wanted);
      work.cloudRoutes.routes.set(TABLE, [elsewhere]);
      return outcome;
    };
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.workUntil(({ tried }) => tried.some(({ stage }) => stage === 'cloud-route'));
    expect(work.cloudRoutes.routes.get(TABLE)).toEqual([elsewhere]);
    expect((await told(work)).join('\n')).toContain('left alone, somebody has changed it since');
    expect(work.cloudRoutes.written).toEqual([`${TABLE} create ${NETWORK}`]);
  });
});

describe('when something in the VPC drops the packets as well', () => {
  it('keeps the route, which was missing, and names what is left', async () => {
    const work = createCloudIncident();
    const { lost } = work.commands;
    const between = (probe: string, host: string) =>
      host === 'cloud-1' && ['underlay-gpu-1', 'vtep-gpu-1'].includes(probe);
    work.commands.lost = (probe, host) => lost(probe, host) || between(probe, host);
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(work.cloudRoutes.written).toEqual([`${TABLE} create ${NETWORK}`]);
    expect((await told(work)).at(-1)).toContain('look at the source/destination check of');
  });
});

describe('when the table changes while a person is asked', () => {
  it('asks again for the new change: the old yes is not for it', async () => {
    const work = createCloudIncident();
    await work.start();
    await work.untilAsked();
    work.cloudRoutes.routes.set(TABLE, [elsewhere]);
    await answer(work, 'approved');
    await work.workUntil(() => work.messenger.questions.length > 1);
    expect(work.cloudRoutes.written).toEqual([]);
    expect(work.messenger.questions.at(-1)?.planLines[1]).toContain('a route to eni-0a0000000000000c1');
  });

  it('closes as self-recovered when somebody made the route', async () => {
    const work = createCloudIncident();
    await work.start();
    const asked = await work.untilAsked();
    work.cloudRoutes.routes.set(TABLE, [activeRoute(NETWORK, HUB)]);
    await work.engine.completeCallback(asked.pending?.callbackId ?? '', { type: 'signal' });
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
    expect(work.messenger.settled.at(-1)?.status).toBe('withdrawn');
  });
});

describe('when the cloud or another incident says no', () => {
  it('hands over what EC2 refused, with its reason', async () => {
    const work = createCloudIncident();
    work.cloudRoutes.nextWrites.push({ type: 'refused', reason: 'RouteLimitExceeded: too many routes' });
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilAtRest();
    expect((await told(work)).join('\n')).toContain('refused: RouteLimitExceeded: too many routes');
    expect(work.cloudRoutes.written).toHaveLength(1);
  });

  it('takes back the first table when the second is refused', async () => {
    const second = 'rtb-0fedcba9876543210';
    const work = createCloudIncident([], [TABLE, second]);
    work.cloudRoutes.nextWrites.push({ type: 'done' }, { type: 'refused', reason: 'no' });
    const { read } = work.cloudRoutes;
    work.cloudRoutes.read = async (id) =>
      id === TABLE && work.cloudRoutes.written.length > 0 ? [activeRoute(NETWORK, HUB)] : read(id);
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.workUntil(() => work.cloudRoutes.written.length === 3);
    expect(work.cloudRoutes.written.at(-1)).toBe(`${TABLE} delete ${NETWORK}`);
  });

  it('does not act on a table that another incident holds', async () => {
    const work = createCloudIncident();
    const holder = { incidentId: 'lab.gpu-2.1', run: 1 };
    await work.locks.acquire({ cluster: 'route-tables', node: TABLE }, holder, work.clock(), work.clock() + 9_000_000);
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(work.cloudRoutes.written).toEqual([]);
    expect((await told(work)).join('\n')).toContain(`another incident is at work on ${TABLE}`);
  });

  it('hands over without a question when the tables may not be read', async () => {
    const work = createCloudIncident();
    work.cloudRoutes.unreadable = true;
    await work.start();
    await work.untilAtRest();
    expect(work.messenger.questions).toEqual([]);
    expect((await told(work)).at(-1)).toContain(`${TABLE} could not be read: UnauthorizedOperation`);
  });
});
