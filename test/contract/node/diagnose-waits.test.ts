import { describe, expect, it } from 'vitest';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { builtScript } from './built-script.ts';
import { createHealthyPair, diagnoseOn, diagnoseParameters, wgThatDumps } from './diagnosed-node.ts';
import type { NamespacePair } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** Runs a test on a healthy pair of its own. */
async function onPair(test: (pair: NamespacePair) => Promise<void>): Promise<void> {
  const pair = await createHealthyPair();
  try {
    await test(pair);
  } finally {
    await pair.remove();
  }
}

// These wait for packets and programs that never come, so they wait together.
describe.skipIf(obstacles.length > 0)(`the diagnose document where something does not answer${why}`, () => {
  it.concurrent('measures every path, and tells "too long" from "lost"', () =>
    onPair(async ({ node }) => {
      const probes =
        'vtep-b/10.42.2.0/56/echo,full-b/10.42.2.0/1422/echo,over-b/10.42.2.0/1423/echo,gone/10.42.2.9/56/echo,wire/192.0.2.2/56/echo';
      const { evidence } = await diagnoseOn(node, { probes }, { programs: { wg: wgThatDumps } });
      const seen = evidence.probes.map(({ name, received, tooLong }) => [name, received, tooLong]);
      expect(seen.toSorted()).toEqual(
        [
          ['vtep-b', 10, false],
          ['full-b', 10, false],
          ['over-b', 0, true],
          ['gone', 0, false],
          ['wire', 10, false],
        ].toSorted(),
      );
      expect(evidence.probes.every(({ sent }) => sent === 10)).toBe(true);
    }));

  it.concurrent('sends of the probes of several instances its own alone, and none where it does not know which it is', () =>
    onPair(async ({ node }) => {
      const probes = [
        'mi-0a000000000000001=vtep-b/10.42.2.0/56/echo',
        'mi-0a000000000000002=wire/192.0.2.2/56/echo',
        'gone/10.42.2.9/56/echo',
      ];
      const parameters = { ...diagnoseParameters, probes: probes.join(',') };
      const asked = Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value]);
      const environment = { RESTITCH_ROOT: node.root, ...Object.fromEntries(asked) };
      const instance = { AWS_SSM_INSTANCE_ID: 'mi-0a000000000000001' };
      const { stdout } = await node.runScript(builtScript('diagnose'), { ...environment, ...instance });
      const parsed = parseNodeEvidence(stdout);
      const evidence = parsed.type === 'parsed' ? parsed.value.evidence : expect.fail(parsed.why);
      expect(evidence.probes.map(({ name, received }) => [name, received]).toSorted()).toEqual([
        ['gone', 0],
        ['vtep-b', 10],
      ]);
      const unknown = await node.runScript(builtScript('diagnose'), environment);
      expect(unknown.stdout).toContain('the agent does not say which instance this is');
      expect(unknown.stdout).not.toContain('vtep-b');
    }));

  it.concurrent.each([
    [1500, 1472],
    [1456, 1428],
    [1400, 1364],
    [1296, 1268],
  ])('finds what a path of %i bytes carries, without a scan', (pathBytes, foundPayloadBytes) =>
    onPair(async (pair) => {
      // Only the peer's end is narrow, and says nothing: nobody sends "frag needed".
      await pair.onPeer(`ip link set wire0 mtu ${pathBytes}`);
      const { evidence } = await diagnoseOn(pair.node, { probes: 'mtu-b/192.0.2.2/1472/search' });
      expect(evidence.probes).toMatchObject([{ mode: 'search', foundPayloadBytes, received: 1 }]);
    }),
  );

  it.concurrent('finds nothing on a path that carries nothing', () =>
    onPair(async ({ node }) => {
      const { evidence } = await diagnoseOn(node, { probes: 'mtu-b/192.0.2.9/1472/search' });
      expect(evidence.probes).toMatchObject([{ foundPayloadBytes: null, received: 0 }]);
    }));

  describe('what cannot be measured', () => {
    const hangs = 'exec sleep 30';
    const fails = 'echo "boom: \\"quoted\\" \\\\ and	tab" >&2; exit 1';
    const missing = 'exit 127';
    it.concurrent.each<[string, Readonly<Record<string, string>>, string, string]>([
      ['a WireGuard daemon that hangs', { wg: hangs }, 'wireguard', 'timeout'],
      ['no wg program', { wg: missing }, 'wireguard', 'wg: not found'],
      ['a wg that fails with odd characters', { wg: fails }, 'wireguard', 'boom: "quoted" \\ and tab'],
      ['a bridge program that hangs', { bridge: hangs, wg: wgThatDumps }, 'fdb', 'timeout'],
      ['no sysctl program', { sysctl: missing, wg: wgThatDumps }, 'sysctls', 'sysctl: not found'],
      ['no ping program', { ping: missing, wg: wgThatDumps }, 'probes', 'ping: not found'],
      [
        'a ping that knows no option',
        { ping: 'echo "ping: invalid option -- M" >&2; exit 2', wg: wgThatDumps },
        'probes',
        'ping: invalid option -- M',
      ],
    ])('is told as unseen: %s', (_what, programs, what, reason) =>
      onPair(async ({ node }) => {
        const { evidence } = await diagnoseOn(node, { probes: 'vtep-b/10.42.2.0/56/echo' }, { programs });
        expect(evidence.unseen).toContainEqual({ what, why: reason });
        if (what === 'wireguard') expect(evidence.wireguard).toBeNull();
        if (what === 'probes') expect(evidence.probes).toEqual([]);
        // The rest is still there.
        expect(evidence.neighbours).toHaveLength(1);
      }),
    );
  });
});
