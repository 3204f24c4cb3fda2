import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet, vtepOf } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const alertAbout = (node: string, alertname: string) =>
  rawAlert({ labels: { alertname, cluster: 'lab', node }, fingerprint: `${alertname}-of-${node}` });

const sites = ['paris', 'oslo', 'rome', 'paris'];

function chainOf() {
  const fleet = healthyFleet(sites);
  const chain = createChainUnderTest({}, { fleet, sick: [] });
  const only = async () =>
    (await chain.incidents()).map(({ target, phase, outcome, found }) => ({
      node: target.node,
      phase,
      outcome,
      found,
    }));
  const acts = () => chain.acted().map(({ document, instanceId }) => `${document} ${instanceId}`);
  const isAsked = async () => (await chain.ports.approvals.listPending()).length > 0;
  return { ...chain, fleet, only, acts, isAsked };
}

/** Nothing crosses the tunnels, and wg0 of the hub is down. */
function tunnelsDown({ commands, fleet }: ReturnType<typeof chainOf>) {
  const isSpoke = (name: string) => fleet.spokes.includes(name);
  commands.reads = (evidence, host) =>
    host === 'hub-1'
      ? { ...evidence, links: evidence.links.map((link) => (link.name === 'wg0' ? { ...link, up: false } : link)) }
      : evidence;
  commands.lost = (probe, host) => isSpoke(host) || isSpoke(probe.slice(probe.indexOf('-') + 1));
}

describe('an alert about a hub', () => {
  it('whose tunnel device is down, is the hub’s incident with its diagnosis, without an alert of any node', async () => {
    const chain = chainOf();
    tunnelsDown(chain);
    await chain.post(alertAbout('hub-1', 'HubTunnelDeviceBroken'));
    await chain.until(async () => (await chain.only())[0]?.found !== undefined);
    expect(await chain.only()).toMatchObject([
      { node: 'hub-1', found: { class: 'hub-outage', cause: 'hub-tunnel-down', hostAtFault: 'hub-1' } },
    ]);
  });

  it('holds the nodes whose alerts come after it', async () => {
    const chain = chainOf();
    tunnelsDown(chain);
    await chain.post(alertAbout('hub-1', 'HubTunnelDeviceBroken'));
    await chain.until(async () => (await chain.only())[0]?.found !== undefined);
    await chain.post(...chain.fleet.spokes.map((node) => alertAbout(node, 'TunnelDown')));
    await chain.until(async () => (await chain.only()).filter(({ phase }) => phase === 'held').length === sites.length);
  });

  it('that lacks its entry for one node, is mended for that node, whichever node it is seen from', async () => {
    const chain = chainOf();
    const { vtepMac } = vtepOf('gpu-4', chain.fleet);
    let missing = true;
    chain.commands.reads = (evidence, host) =>
      host === 'hub-1' && missing ? { ...evidence, fdb: evidence.fdb.filter(([mac]) => mac !== vtepMac) } : evidence;
    chain.commands.lost = (probe, host) =>
      missing &&
      !probe.startsWith('underlay') &&
      [host, probe.slice(probe.indexOf('-') + 1)].toSorted().join() === 'gpu-4,hub-1';
    chain.commands.meanwhile = (document, host) => {
      if (document === 'apply' && host === 'hub-1') missing = false;
    };
    await chain.post(alertAbout('hub-1', 'OverlayEntriesBroken'));
    await chain.until(chain.isAsked);
    await chain.approveAll();
    await chain.untilAllClosed();
    expect(chain.acts()).toEqual(['apply mi-hub-1', 'confirm mi-hub-1']);
    expect(await chain.only()).toMatchObject([{ node: 'hub-1', outcome: 'repaired' }]);
  });

  it('that works, closes, and what a node behind it has is left to the node’s own incident', async () => {
    const chain = chainOf();
    const { vtepMac } = vtepOf('hub-1', chain.fleet);
    chain.commands.reads = (evidence, host) =>
      host === 'gpu-1' ? { ...evidence, fdb: evidence.fdb.filter(([mac]) => mac === vtepMac) } : evidence;
    chain.commands.lost = (probe, host) =>
      host === 'gpu-1' && !probe.startsWith('underlay') && !probe.endsWith('hub-1');
    await chain.post(alertAbout('hub-1', 'HubUnreachable'));
    await chain.untilAllClosed();
    expect(chain.acts()).toEqual([]);
    expect(await chain.only()).toMatchObject([{ node: 'hub-1', outcome: 'self-recovered' }]);
  });

  it('that has a fault of its own which no node behind it sees, is looked at itself', async () => {
    const chain = chainOf();
    chain.commands.reads = (evidence, host) => (host === 'hub-1' ? { ...evidence, agents: [] } : evidence);
    await chain.post(alertAbout('hub-1', 'FlannelAgentStopped'));
    await chain.until(async () => (await chain.only())[0]?.found !== undefined);
    expect(await chain.only()).toMatchObject([
      { node: 'hub-1', found: { class: 'node-agent', cause: 'flanneld-stopped', hostAtFault: 'hub-1' } },
    ]);
  });
});
