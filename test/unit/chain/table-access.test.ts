import { beforeAll, describe, expect, it } from 'vitest';
import { type TableAccess, tableAccess } from '../../../adapters/aws/table-access.ts';
import { answerOrder } from '../../../functions/approval/answer-order.ts';
import { decide } from '../../../functions/approval/decide.ts';
import { answerMention } from '../../../functions/approval/mention.ts';
import { readOrder } from '../../../functions/approval/read-order.ts';
import { answerWebhook } from '../../../functions/approval/webhook-answer.ts';
import { readCase } from '../../../functions/console/read-case.ts';
import { createOverview } from '../../../functions/console/read-overview.ts';
import { forward } from '../../../functions/forward/forward.ts';
import { notify } from '../../../functions/notify/notify.ts';
import { SettingsEnvironment } from '../../../functions/settings-environment.ts';
import { fileSettingsFrom } from '../../../functions/sweep/expected-network-environment.ts';
import { keepExpectedNetworks } from '../../../functions/sweep/keep-expected-networks.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { overviewSettings } from '../../fakes/console-under-test.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createFakeFileCommands } from '../../fakes/fake-file-commands.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { never } from '../../fakes/never.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { createTableUses } from '../../fakes/recording-table.ts';
import { approvalOf } from '../../fakes/sample-records.ts';
import { mentionOf } from '../../fakes/slack-mention.ts';
import { ANSWER_KEY, answerBody, answerEvent } from '../../fakes/webhook-answer.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const { useOf, newTable } = createTableUses();

const alertFor = (labels: Readonly<Record<string, string>>, parts: Readonly<Record<string, unknown>> = {}) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', ...labels }, ...parts });

/** As IAM reads a pattern of `StringLike`; ours have stars at the end only. */
const matches = (pattern: string, key: string) =>
  pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;

const byName = alertFor({ node: 'gpu-1' });
/** gpu-1's InternalIP. */
const byAddress = alertFor({ instance: '10.200.0.11:9100' }, { fingerprint: 'by-address' });
const gating = { GATE_AFTER_SECONDS: '300', APPROVAL_TIMEOUT_SECONDS: '7200', COOL_OFF_SECONDS: '3600' };

/** The real chain on a table of its own. */
function setUp(environment: Readonly<Record<string, string>> = {}) {
  const storesFor = newTable();
  const chain = createChainUnderTest(environment, { storesFor });
  const incident = async () => (await chain.incidents())[0] ?? expect.fail('no incident');
  return {
    ...chain,
    storesFor,
    isAsked: async () => (await chain.ports.approvals.listPending()).length > 0,
    isTainted: async () => (await chain.ports.cluster.getNode('gpu-1'))?.spec.taints?.length === 1,
    isHandedOver: async () => (await incident()).phase === 'handed-over',
    untaint: () => chain.ports.cluster.change('gpu-1', (each) => ({ ...each, spec: { ...each.spec, taints: [] } })),
    /** What comes from Slack. */
    order: (text: string) => {
      const groups = createFakeUserGroups();
      const ports = {
        ...storesFor('approval'),
        groups,
        log: chain.log,
        queue: chain.ports.queue,
        clock: chain.clock.now,
        sleep: never,
      };
      const by = { id: 'U0ALICE', name: 'alice', request: text };
      return answerOrder(readOrder(text, chain.clock.now()), by, ports, { approvers: ['U0ALICE'], rules: [] });
    },
    decideAll: async () => {
      const groups = createFakeUserGroups();
      const ports = { ...storesFor('approval'), groups, engine: chain.engine, clock: chain.clock.now, log: chain.log };
      const by = { id: 'U0ALICE', name: 'alice', through: 'slack' as const };
      for (const { approvalId, planDigest } of await chain.ports.approvals.listPending())
        await decide({ approvalId, planDigest, decision: 'approved', by }, ports, {
          approvers: ['U0ALICE'],
          rules: [],
        });
    },
  };
}

/** Between them these make every function do whatever it does with the table. */
const situations: Readonly<Record<string, () => Promise<void>>> = {
  'a question is answered, and orders are given meanwhile': async () => {
    const chain = setUp();
    chain.commands.heals = ['bounce'];
    await chain.post(byName);
    await chain.until(chain.isAsked);
    const [{ incidentId } = { incidentId: '' }] = await chain.incidents();
    for (const text of [
      'status',
      'incidents',
      `explain ${incidentId}`,
      'pause class=mtu-black-hole test',
      'resume all',
    ])
      await chain.order(text);
    await chain.decideAll();
    await chain.untilAllClosed();
  },
  'a second alert of a node comes': async () => {
    const chain = setUp();
    await chain.post(byName);
    await chain.post(alertFor({ node: 'gpu-1' }, { fingerprint: 'second' }));
    await chain.untilAllClosed();
  },
  'a person allows the next question of its kind': async () => {
    const chain = setUp();
    chain.commands.heals = ['bounce'];
    chain.ports.cluster.change('gpu-1', ({ metadata, ...node }) => ({
      ...node,
      metadata: { ...metadata, labels: { ...metadata.labels, 'restitch.dev/pool': 'gpu' } },
    }));
    await chain.order('allow cluster=lab pool=gpu class=vxlan-wedge rung=bounce most=3 for 30m');
    await chain.post(byName);
    await chain.untilAllClosed();
  },
  'a person writes to the app': async () => {
    const storesFor = newTable();
    const clock = createFakeClock();
    const ports = { ...storesFor('approval'), groups: createFakeUserGroups(), log: createRecordingLog(), sleep: never };
    const settings = { approvers: [], rules: [], workspaces: ['T0001'], apps: ['A123456'], channels: ['C2147483705'] };
    await answerMention(mentionOf(), { ...ports, queue: createFakeWorkQueue(), clock: clock.now }, settings);
    const messenger = createFakeMessenger();
    await notify({ type: 'reply', replyId: 'Ev08MFMKH6' }, { ...storesFor('notify'), messenger, clock: clock.now });
    expect(messenger.replies).toHaveLength(1);
  },
  'another tool is told of a question, and answers': async () => {
    const storesFor = newTable();
    const clock = createFakeClock();
    const { approvals } = storesFor('test');
    const asked = approvalOf({ callbackId: 'callback-1', requestedAt: clock.now(), expiresAt: clock.now() + 900_000 });
    await approvals.create(asked);
    const forwardPorts = { ...storesFor('forward'), clock: clock.now, post: async () => undefined };
    expect(await forward(asked.approvalId, forwardPorts)).toBe('posted');
    const { used, ...stores } = storesFor('approval');
    const webhook = { used, readKeys: async () => [ANSWER_KEY] as const };
    const log = createRecordingLog();
    const ports = {
      ...stores,
      webhook,
      groups: createFakeUserGroups(),
      engine: createFakeEngine(),
      clock: clock.now,
      log,
    };
    const settings = { approvers: ['webhook:ann@acme.example'], rules: [] };
    expect((await answerWebhook(answerEvent(answerBody(), clock.now()), ports, settings)).statusCode).toBe(200);
  },
  'an alert by address comes before anybody knows whose it is': async () => {
    const chain = setUp();
    await chain.post(byAddress);
    await chain.untilAllClosed();
  },
  'a person takes the taint of a node away while a question waits': async () => {
    const chain = setUp(gating);
    chain.commands.heals = ['bounce'];
    await chain.post(byName);
    await chain.until(chain.isTainted);
    chain.untaint();
    await chain.untilAllClosed();
  },
  'a person takes all our marks off a node that was handed over': async () => {
    const chain = setUp({ ...gating, MAINTENANCE_WINDOWS: '0 0 1 1 * UTC 1h' });
    chain.commands.heals = [];
    await chain.post(byName);
    await chain.until(async () => (await chain.isTainted()) && (await chain.isHandedOver()));
    await chain.engine.idle();
    chain.untaint();
    chain.ports.cluster.change('gpu-1', (each) => ({ ...each, metadata: { ...each.metadata, annotations: {} } }));
    await chain.sweep();
  },
  'Alertmanager has an alert that no webhook brought': async () => {
    const chain = setUp();
    const startsAt = chain.clock.now();
    const raw = alertFor({ node: 'gpu-1' }, { startsAt: new Date(startsAt).toISOString() });
    chain.alerts.held.push({ active: true, raw, fingerprint: '760a7c34fa5ce8f7', startsAt });
    await chain.until(() => !chain.commands.broken);
  },
  'a person looks at the console page': async () => {
    const chain = setUp();
    chain.commands.heals = ['bounce'];
    await chain.post(byName);
    await chain.until(chain.isAsked);
    const ports = { ...chain.storesFor('console'), listNodes: undefined, clock: chain.clock.now };
    const { pauses } = ports.safety;
    const settings = { ...overviewSettings, budgets: undefined };
    const read = createOverview({ ...ports, pauses, ledger: ports.capacity }, settings);
    const [{ incidentId } = { incidentId: '' }] = (await read()).incidents;
    const who = { approvers: ['U0ALICE'], rules: [] };
    expect(await readCase(incidentId, ports, who)).toMatchObject({ question: { mayAnswer: ['U0ALICE'] } });
  },
  'the files of the watchdogs are kept': async () => {
    const ports = {
      ...newTable()('sweep'),
      commands: createFakeFileCommands(),
      cluster: createFakeCluster(),
      digest: (text: string) => text.slice(0, 32),
      clock: createFakeClock().now,
      log: createRecordingLog(),
    };
    const settings = fileSettingsFrom(SettingsEnvironment.parse({ REPAIR_MODE: 'act' })) ?? expect.fail('none is kept');
    expect(await keepExpectedNetworks(ports, { ...settings, clusters: ['lab'] })).toBeGreaterThan(0);
  },
  'a question is left whose time is over': async () => {
    const chain = setUp();
    const approval = await chain.ports.approvals.create(approvalOf({ requestedAt: 0, expiresAt: 1 }));
    await chain.sweep();
    expect(await chain.ports.approvals.get(approval.approvalId)).toMatchObject({ status: 'expired' });
  },
};

beforeAll(async () => {
  for (const happens of Object.values(situations)) await happens();
}, 180_000);

describe.each(Object.entries<TableAccess>(tableAccess))('%s', (name, access) => {
  it.each(['get', 'put', 'list'] as const)('may %s what it uses', (operation) => {
    const used = [...useOf(name)[operation]];
    expect(used.filter((key) => !access[operation].some((pattern) => matches(pattern, key)))).toEqual([]);
  });

  it.each(['get', 'put', 'list'] as const)('uses what it may %s', (operation) => {
    const used = [...useOf(name)[operation]];
    expect(access[operation].filter((pattern) => !used.some((key) => matches(pattern, key)))).toEqual([]);
  });

  it('reads no other partition as a whole than it may', () => {
    const { query = [] } = access;
    const used = [...useOf(name).query];
    expect(used.filter((key) => !query.some((pattern) => matches(pattern, key)))).toEqual([]);
    expect(query.filter((pattern) => !used.some((key) => matches(pattern, key)))).toEqual([]);
  });
});
