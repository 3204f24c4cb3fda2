import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { builtScript } from './built-script.ts';
import { createHealthyPair, diagnoseOn, diagnoseParameters, PEER_KEY, PUBLIC_KEY } from './diagnosed-node.ts';
import type { NamespacePair } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** Bytes from the peer grow by 100 with each reading; null: it never had a handshake. */
function tunnelOf(handshakeAge: number | null): string {
  const handshake = handshakeAge === null ? '0' : `$(($(date +%s) - ${handshakeAge}))`;
  return `echo >>"$RESTITCH_ROOT/readings"
set -- $(wc -l "$RESTITCH_ROOT/readings")
printf 'secret\\t${PUBLIC_KEY}\\t51820\\toff\\n'
printf '${PEER_KEY}\\tsecret\\t198.51.100.7:4500\\t10.200.0.11/32\\t%s\\t%s\\t12\\t25\\n' ${handshake} $(($1 * 100))
printf 'other=\\tsecret\\t198.51.100.8:4500\\t10.200.0.12/32\\t1700000000\\t%s\\t12\\t25\\n' $(($1 * 100))`;
}

describe.skipIf(obstacles.length > 0)(`the diagnose document that reads a host whole and sends${why}`, () => {
  let pair: NamespacePair;

  beforeEach(async () => {
    pair = await createHealthyPair();
  });
  afterEach(() => pair.remove());

  const probes = 'vtep-b/10.42.2.0/56/echo';
  const diagnose = (wg: string, others: Readonly<Record<string, string>> = {}) =>
    diagnoseOn(pair.node, { probes, focus: '10.200.0.11', whole: 'first', ...others }, { programs: { wg } });
  const received = (wireguard: { readonly peers: readonly { readonly receivedBytes: number }[] } | null | undefined) =>
    wireguard?.peers.map(({ receivedBytes }) => receivedBytes);

  it('reads what packets change before the first one and after the last: of peers those in the focus', async () => {
    const { evidence, before } = await diagnose(tunnelOf(60));
    expect(evidence.probes).toMatchObject([{ name: 'vtep-b', received: 10 }]);
    expect(received(evidence.wireguard)).toEqual([200, 200]);
    expect(received(before?.wireguard)).toEqual([100, 200]);
    expect(before?.probes).toEqual([]);
    expect(Object.keys(before?.counters ?? {}).toSorted()).toEqual(Object.keys(evidence.counters ?? {}).toSorted());
  });

  it.each([
    ['has rested for three minutes', 180],
    ['never had a handshake', null],
  ])('sends nothing where the tunnel %s: a packet would change what its far end says', async (_, age) => {
    const { evidence, before } = await diagnose(tunnelOf(age));
    expect(evidence.probes).toEqual([]);
    expect(before).toBeUndefined();
    expect(evidence.fdb.length).toBeGreaterThan(0);
  });

  it('sends where only tunnels rest that nobody asked about', async () => {
    const { evidence } = await diagnose(tunnelOf(180), { focus: '10.200.0.13' });
    expect(evidence.probes).toMatchObject([{ received: 10 }]);
  });

  it('sends nothing where it cannot read the tunnel, and says so once', async () => {
    const { evidence, before } = await diagnose('echo "Operation not permitted" >&2; exit 1');
    expect(evidence.probes).toEqual([]);
    expect(before).toBeUndefined();
    expect(evidence.unseen.filter(({ what }) => what === 'wireguard')).toEqual([
      { what: 'wireguard', why: 'Operation not permitted' },
    ]);
  });

  it('sends where there is no tunnel', async () => {
    await pair.node.exec('ip link del wg0');
    const { evidence, before } = await diagnose('exit 1');
    expect(evidence.probes).toMatchObject([{ received: 10 }]);
    expect(before?.wireguard).toBeNull();
  });

  it('sends in any case where nobody else is read meanwhile', async () => {
    const { evidence, before } = await diagnose(tunnelOf(180), { whole: 'true' });
    expect(evidence.probes).toMatchObject([{ received: 10 }]);
    expect(received(before?.wireguard)).toEqual([100, 200]);
  });

  it('reads only what packets change where it was read before, and says of the rest that nobody asked', async () => {
    const { evidence, before } = await diagnose(tunnelOf(180), { whole: 'false', ways: '10.42.2.1' });
    expect(evidence.probes).toMatchObject([{ received: 10 }]);
    expect(before).toBeUndefined();
    expect(received(evidence.wireguard)).toEqual([100, 100]);
    expect(evidence.ways).toMatchObject([{ address: '10.42.2.1', device: 'flannel.1' }]);
    expect(Object.keys(evidence.counters ?? {})).toContain('link.flannel.1.rx_dropped');
    const { addresses, neighbours, fdb, sysctls, agents, unseen } = evidence;
    expect({ addresses, neighbours, fdb, sysctls, agents }).toEqual({
      ...{ addresses: [], neighbours: [], fdb: [], sysctls: {}, agents: [] },
    });
    expect(unseen.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['addresses', 'neighbours', 'fdb', 'routes', 'sysctls', 'pods', 'agents']),
    );
  });

  it('only reads where the probes are another instance’s', async () => {
    const parameters = { ...diagnoseParameters, probes: `mi-0a000000000000002=${probes}`, whole: 'first' };
    const asked = Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value]);
    const { stdout } = await pair.node.runScript(builtScript('diagnose'), {
      ...Object.fromEntries(asked),
      RESTITCH_ROOT: pair.node.root,
      AWS_SSM_INSTANCE_ID: 'mi-0a000000000000001',
    });
    const parsed = parseNodeEvidence(stdout);
    const { evidence, before } = parsed.type === 'parsed' ? parsed.value : expect.fail(parsed.why);
    expect(evidence.probes).toEqual([]);
    expect(before).toBeUndefined();
  });
});
