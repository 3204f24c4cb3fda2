import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet, vtepOf } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const alertFor = (node: string) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node }, fingerprint: `alert-of-${node}` });

/** Nodes behind one hub, which lost its forwarding entries for some of them. The rest of its table is right. */
const chainWithout = (count: number, lacking: readonly string[]) => {
  const fleet = healthyFleet(Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'paris' : 'oslo')));
  const chain = createChainUnderTest({}, { fleet, sick: [] });
  const missing = new Set(lacking);
  const { commands } = chain;
  commands.reads = (evidence, host) =>
    host === 'hub-1'
      ? {
          ...evidence,
          fdb: evidence.fdb.filter(([mac]) => ![...missing].some((n) => vtepOf(n, fleet).vtepMac === mac)),
        }
      : evidence;
  commands.lost = (probe, host) => {
    if (probe.startsWith('underlay')) return false;
    const crosses = (from: string, to: string) => from === 'hub-1' && missing.has(to);
    const other = probe.slice(probe.indexOf('-') + 1);
    return crosses(host, other) || crosses(other, host);
  };
  commands.meanwhile = (document, host) => {
    if (document !== 'apply' || host !== 'hub-1') return;
    const applied = commands.sent.at(-1)?.parameters['operations'] ?? '';
    for (const node of missing) if (applied.includes(vtepOf(node, fleet).vtepMac)) missing.delete(node);
  };
  const phases = async () =>
    Object.fromEntries((await chain.incidents()).map(({ target, phase }) => [target.node, phase]));
  const isAsked = async () => (await chain.ports.approvals.listPending()).length > 0;
  const acts = () => chain.acted().map(({ document, instanceId }) => `${document} ${instanceId}`);
  const outcomes = async () =>
    (await chain.incidents()).map(({ target, outcome }) => `${target.node} ${outcome}`).toSorted();
  return { ...chain, fleet, missing, phases, isAsked, acts, outcomes };
};

const twelve = Array.from({ length: 12 }, (_, index) => `gpu-${index * 2 + 1}`);

describe('a hub that lost its entries for 12 of the 30 nodes behind it', () => {
  it('is one incident with one plan, one question and one hand for all of them', { timeout: 120_000 }, async () => {
    const chain = chainWithout(30, twelve);
    await chain.post(...twelve.map(alertFor));
    await chain.until(chain.isAsked);
    await chain.until(
      async () => Object.values(await chain.phases()).filter((phase) => phase === 'held').length === 12,
    );
    const [question] = await chain.ports.approvals.listPending();
    const named = twelve.filter((node) =>
      question?.planLines.some((line) => line.includes(vtepOf(node, chain.fleet).vtepMac)),
    );
    expect(named).toEqual(twelve);
    await chain.approveAll();
    await chain.untilAllClosed();
    expect(chain.acts()).toEqual(['apply mi-hub-1', 'confirm mi-hub-1']);
    expect(await chain.outcomes()).toEqual(
      [...twelve.map((node) => `${node} self-recovered`), 'hub-1 repaired'].toSorted(),
    );
  });

  it('reads the hub and the peer once for all of them', { timeout: 120_000 }, async () => {
    const chain = chainWithout(30, twelve);
    await chain.post(...twelve.map(alertFor));
    await chain.until(chain.isAsked);
    const ofHub = chain.commands.sent.filter(({ operationKey }) => operationKey.startsWith('lab.hub-1.'));
    expect(ofHub.filter(({ instanceId }) => instanceId === 'mi-hub-1').length).toBeLessThanOrEqual(3);
    expect(new Set(ofHub.map(({ instanceId }) => instanceId)).size).toBeLessThanOrEqual(4);
  });
});

describe('a node that loses its entry at the hub while the hub’s incident is open', () => {
  it('joins that incident, which mends its entry before it ends', { timeout: 120_000 }, async () => {
    const chain = chainWithout(30, ['gpu-1', 'gpu-2', 'gpu-3']);
    await chain.post(...['gpu-1', 'gpu-2', 'gpu-3'].map(alertFor));
    await chain.until(chain.isAsked);
    chain.missing.add('gpu-9');
    await chain.post(alertFor('gpu-9'));
    await chain.until(async () => (await chain.phases())['gpu-9'] === 'held');
    await chain.approveAll();
    await chain.until(chain.isAsked);
    expect(chain.acts()).toEqual(['apply mi-hub-1', 'confirm mi-hub-1']);
    await chain.approveAll();
    await chain.untilAllClosed();
    expect(chain.acts().filter((act) => act.startsWith('apply'))).toHaveLength(2);
    expect((await chain.outcomes()).filter((outcome) => outcome.startsWith('hub-1'))).toEqual(['hub-1 repaired']);
  });
});
