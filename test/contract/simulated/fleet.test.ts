import { describe, expect, it } from 'vitest';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { checkFleet } from '../../../lab/check-fleet.ts';
import { runDocument, VXLAN } from './fleet-documents.ts';
import { reconcile } from './reconcile-fleet.ts';
import { simulatedFleet } from './simulated-fleet.ts';

const healthy = { healthy: true, broken: [] };

describe('the simulated fleet', () => {
  const fleet = simulatedFleet();

  it('is healthy, and no host differs from its Node objects', async () => {
    expect(await checkFleet(fleet())).toEqual(healthy);
    expect(await reconcile(fleet())).toEqual([]);
  });

  it('answers the node scripts with the host’s own name, and no private key', async () => {
    const output = await runDocument(fleet(), 'hub-1', 'diagnose', {
      flannelDevice: VXLAN,
      wireguardDevice: 'wg0',
      probes: [
        'underlay-gpu-1/10.200.0.11/56/echo',
        'full-gpu-1/10.42.11.0/1342/echo',
        'over-gpu-1/10.42.11.0/8924/echo',
        'hop-gpu-1/10.42.11.254/56/hop',
        'tcp-gpu-1/10.42.11.0/10250/connect',
        'tcp-none/10.42.99.0/10250/connect',
      ].join(','),
      focus: '',
    });
    const evidence = parseNodeEvidence(output);
    expect(evidence).toMatchObject({ type: 'parsed', value: { evidence: { hostname: 'hub-1', unseen: [] } } });
    const dump = await fleet().exec('hub-1', { argv: ['wg', 'show', 'wg0', 'dump'], timeoutMs: 5_000 });
    const [privateKey = ''] = dump.stdout.split('\t');
    expect(privateKey).toHaveLength(44);
    expect(output).not.toContain(privateKey);
    if (evidence.type !== 'parsed') return;
    const { wireguard, probes } = evidence.value.evidence;
    expect(wireguard?.peers).toHaveLength(2);
    expect(probes.map(({ name, received, tooLong }) => [name, received, tooLong])).toEqual([
      ['underlay-gpu-1', 10, false],
      ['full-gpu-1', 10, false],
      ['over-gpu-1', 0, true],
      ['hop-gpu-1', 2, false],
      ['tcp-gpu-1', 1, false],
      ['tcp-none', 0, false],
    ]);
  });

  it('is broken by flushed forwarding entries, and the reconcile on the host at fault heals it', async () => {
    await fleet().inject('fdb-flushed');
    const check = await checkFleet(fleet());
    expect(check.broken.some((path) => path.includes('gpu-1'))).toBe(true);
    expect((await reconcile(fleet())).map(({ status }) => status)).toEqual(['applied']);
    expect(await checkFleet(fleet())).toEqual(healthy);
  });

  it('is as new after clear', async () => {
    await fleet().inject('fdb-flushed');
    await fleet().clear();
    expect(await checkFleet(fleet())).toEqual(healthy);
  });

  it('knows no other faults than the catalogue, and refuses what only a kernel can play', async () => {
    await expect(fleet().inject('no-such-fault')).rejects.toThrow('no fault is called no-such-fault');
    await expect(fleet().inject('cloud-route-missing')).rejects.toThrow('needs the fleet of network namespaces');
  });

  it('has no way out when its uplink is down', async () => {
    expect(await fleet().vitals('gpu-1')).toEqual({ wayOut: true, kubelet: true });
    await fleet().exec('gpu-1', { argv: ['ip', 'link', 'set', 'eth0', 'down'], timeoutMs: 5_000 });
    expect(await fleet().vitals('gpu-1')).toEqual({ wayOut: false, kubelet: true });
  });

  it('keeps the control plane from a kubelet whose tunnel is down', async () => {
    await fleet().exec('gpu-1', { argv: ['ip', 'link', 'set', 'wg0', 'down'], timeoutMs: 5_000 });
    expect(await fleet().reachKubelet('gpu-1', '/healthz', 1_000)).toEqual({ type: 'timeout' });
    expect(await fleet().reachKubelet('gpu-2', '/healthz', 1_000)).toEqual({ type: 'answer', status: 200, body: 'ok' });
    expect(await fleet().reachKubelet('gpu-2', '/pods', 1_000)).toMatchObject({ type: 'answer', status: 404 });
  });

  it('has no nftables, and cannot reach those of the machine', async () => {
    const listed = await fleet().exec('hub-1', { argv: ['nft', 'list', 'ruleset'], timeoutMs: 5_000 });
    expect(listed).toMatchObject({ code: 127, stdout: '', stderr: expect.stringContaining('nft: not found') });
  });
});
