import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence, ProbeRun } from '../../../core/evidence/evidence.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceOf, withReadings } from '../../fixtures/changed-evidence.ts';

type WireGuard = NonNullable<ProbeRun['wireguard']>;

/** The tunnel's peers of gpu-1 anew in its last reading. */
function withLast(evidence: Evidence, change: (wireguard: WireGuard) => ProbeRun['wireguard']): Evidence {
  return withReadings(evidence, (reading) =>
    reading.host === 'gpu-1'
      ? {
          ...reading,
          runs: reading.runs.map((run, index) =>
            index === reading.runs.length - 1 && run.wireguard !== null
              ? { ...run, wireguard: change(run.wireguard) }
              : run,
          ),
        }
      : reading,
  );
}

function listFor(evidence: Evidence): readonly string[] | undefined {
  const operations = planRepair(examine(evidence)).hosts.flatMap((plan) => plan.operations);
  return operations.flatMap((each) => (each.op === 'wg allowed-ips' ? [each.cidrs] : []))[0];
}

describe.each(['allowed-ips-missing', 'v6-allowed-ips-missing'])('the AllowedIPs planned for %s', (name) => {
  const evidence = evidenceOf(name);
  const networks = ['10.200.0.0/24', '10.0.0.0/16'];

  it('hold what an earlier reading shows and the last one does not', () => {
    const cut = withLast(evidence, (wireguard) => ({
      ...wireguard,
      peers: wireguard.peers.map((peer) => ({ ...peer, allowedIps: [] })),
    }));
    expect(listFor(evidence)).toEqual(expect.arrayContaining(networks));
    expect(listFor(cut)).toEqual(expect.arrayContaining(networks));
  });

  it('leave out what another peer holds by now', () => {
    const moved = withLast(evidence, (wireguard) => ({
      ...wireguard,
      peers: wireguard.peers.flatMap((peer) => [
        { ...peer, allowedIps: peer.allowedIps.filter((cidr) => cidr !== '10.200.0.0/24') },
        { ...peer, publicKey: `other${peer.publicKey.slice(5)}`, allowedIps: ['10.200.0.0/24'] },
      ]),
    }));
    expect(listFor(moved)).not.toContain('10.200.0.0/24');
  });

  it('are none where the last reading has no such peer, or none at all', () => {
    expect(listFor(withLast(evidence, (wireguard) => ({ ...wireguard, peers: [] })))).toBeUndefined();
    expect(listFor(withLast(evidence, () => null))).toBeUndefined();
  });
});
