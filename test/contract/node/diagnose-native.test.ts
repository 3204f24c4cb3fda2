import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { randomNumbers } from '../../fakes/random-numbers.ts';
import { createNamespacePair, type NamespaceNode, type NamespacePair, type RunOptions } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const key = (name: string) => Buffer.from(name.padEnd(32, '.')).toString('base64');
const secrets = [key('tunnel private'), key('tunnel preshared'), key('flannel private'), key('flannel preshared')];
const [tunnelPrivate = '', tunnelPreshared = '', flannelPrivate = '', flannelPreshared = ''] = secrets;

type Peer = readonly [publicKey: string, preshared: string, endpoint: string, allowedIps: string];
const dump = (own: readonly string[], peers: readonly Peer[]) =>
  [own, ...peers.map((peer) => [...peer, '1700000000', '11', '12', '25'])].map((line) => line.join('\t')).join('\n');
const tunnel = dump(
  [tunnelPrivate, key('tunnel'), '41234', 'off'],
  [[key('hub tunnel'), tunnelPreshared, '198.51.100.10:51820', '10.200.0.0/24,10.0.0.0/16']],
);
const overlay = dump(
  [flannelPrivate, key('flannel'), '51821', 'off'],
  [
    [key('hub flannel'), flannelPreshared, '10.200.0.1:51821', '10.42.0.0/24'],
    [key('gpu-2 flannel'), '(none)', '(none)', '(none)'],
  ],
);
/** `wg show DEVICE dump` as two devices answer it. */
const wg = (atTunnel: string, atOverlay: string) =>
  `case $2 in wg0) ${atTunnel} ;; flannel-wg) ${atOverlay} ;; *) echo "$2: not asked for" >&2; exit 9 ;; esac`;
const prints = (text: string) => `cat <<'DUMP'\n${text}\nDUMP\n`;
const bothDump = wg(prints(tunnel), prints(overlay));

describe.skipIf(obstacles.length > 0)(`the diagnose document where flannel runs WireGuard${why}`, () => {
  let pair: NamespacePair;
  let node: NamespaceNode;

  beforeEach(async () => {
    pair = await createNamespacePair();
    node = pair.node;
    await node.exec('ip link del flannel.1');
    await node.exec('ip link add flannel-wg type bridge');
    await node.exec('ip addr add 10.42.1.0/32 dev flannel-wg');
    await node.exec('ip link set flannel-wg up');
    await node.exec('ip route add 10.42.0.0/16 dev flannel-wg scope link');
  });
  afterEach(() => pair.remove());

  const given = { flannelDevice: 'flannel-wg', wireguardDevice: 'wg0', probes: '', focus: '' };
  const diagnose = async (others: Readonly<Record<string, string>>, options: RunOptions) => {
    const { stdout, stderr } = await node.run('diagnose', { ...given, ...others }, options);
    const parsed = parseNodeEvidence(stdout);
    if (parsed.type === 'invalid') throw new Error(`${parsed.why}: ${stdout} ${stderr}`);
    return { ...parsed.value, output: stdout + stderr };
  };

  it('reads the peers of both devices, without a secret in any output', async () => {
    const { evidence, output } = await diagnose({}, { programs: { wg: bothDump } });
    expect(evidence.flannelWireGuard).toEqual({
      interface: 'flannel-wg',
      publicKey: key('flannel'),
      listenPort: 51821,
      peers: [
        {
          publicKey: key('hub flannel'),
          endpoint: '10.200.0.1:51821',
          allowedIps: ['10.42.0.0/24'],
          latestHandshakeAt: 1_700_000_000,
          receivedBytes: 11,
          sentBytes: 12,
          keepaliveSeconds: 25,
        },
        expect.objectContaining({ publicKey: key('gpu-2 flannel'), endpoint: null, allowedIps: [] }),
      ],
    });
    expect(evidence.wireguard).toMatchObject({ interface: 'wg0', publicKey: key('tunnel'), listenPort: 41234 });
    expect(evidence.wireguard?.peers.map(({ publicKey }) => publicKey)).toEqual([key('hub tunnel')]);
    for (const secret of secrets) expect(output).not.toContain(secret);
    expect(evidence).toMatchObject({ neighbours: [], fdb: [], unseen: [] });
    expect(evidence.routes).toContainEqual(['10.42.0.0/16', null, 'flannel-wg', false, 0, 'boot', 'link', null, 0]);
    expect(await readdir(join(node.root, 'run/restitch'))).not.toContainEqual(expect.stringMatching(/^work/));
  });

  it('tells a daemon that hangs, and reads the other one all the same', async () => {
    const { evidence } = await diagnose({}, { programs: { wg: wg(prints(tunnel), 'exec sleep 30') } });
    expect(evidence.unseen).toEqual([{ what: 'flannel-wireguard', why: 'timeout' }]);
    expect(evidence.flannelWireGuard).toBeNull();
    expect(evidence.wireguard?.peers).toHaveLength(1);
  });

  it('asks a VXLAN device, or one that is not there, for no peers', async () => {
    await node.exec('ip link del flannel-wg');
    const gone = await diagnose({}, { programs: { wg: bothDump } });
    expect(gone.evidence).toMatchObject({ flannelWireGuard: null, unseen: [] });
    await node.exec('ip link add flannel.1 type vxlan id 1 dstport 8472 local 192.0.2.1 dev wire0');
    const vxlan = await diagnose({ flannelDevice: 'flannel.1' }, { programs: { wg: bothDump } });
    expect(vxlan.evidence).toMatchObject({ flannelWireGuard: null, unseen: [] });
    expect(vxlan.evidence.wireguard?.peers).toHaveLength(1);
  });

  it('keeps the peers that it was asked for, by key or pod network, when all are too many', async () => {
    const peers = Array.from({ length: 1500 }, (_, n): Peer => {
      const high = n >> 8;
      return [scramble(n), flannelPreshared, `192.0.${high}.${n & 255}:51821`, `10.${high}.${n & 255}.0/24`];
    });
    const file = join(node.root, 'dump');
    await writeFile(file, dump([flannelPrivate, key('flannel'), '51821', 'off'], peers));
    const focus = `10.1.5.0/24,${peers[600]?.[0]},${key('hub tunnel')}`;
    const { evidence, output } = await diagnose({ focus }, { programs: { wg: wg(prints(tunnel), `cat '${file}'`) } });
    expect(output.length).toBeLessThan(24_000);
    expect(evidence.unseen.map(({ what }) => what)).toEqual(['wireguard-others']);
    expect(evidence.flannelWireGuard?.peers.map(({ publicKey }) => publicKey)).toEqual([
      peers[261]?.[0],
      peers[600]?.[0],
    ]);
    expect(evidence.wireguard?.peers).toHaveLength(1);
  });
});

/** A key that nothing shortens. */
function scramble(seed: number): string {
  const random = randomNumbers(seed + 1);
  return Buffer.from(Array.from({ length: 32 }, () => (random() >> 8) % 256)).toString('base64');
}
