import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cloudRouteEvidence, HUB, TABLE, table } from '../cloud/cloud-route-cases.ts';
import { captureCli } from './captured-cli.ts';

const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', 'evidence', `${name}.json`);

const run = (...args: readonly string[]) => captureCli(['plan', ...args]);

async function runOn(evidence: unknown, ...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-plan-'));
  const file = join(folder, 'evidence.json');
  await writeFile(file, JSON.stringify(evidence));
  const said = await run('--evidence', file, ...args);
  await rm(folder, { recursive: true });
  return said;
}

describe('restitch plan --evidence', () => {
  it('says what changes where, what was there, how it is undone and what to write down', async () => {
    const { code, out } = await run('--evidence', fixture('path-mtu-1400'));
    expect(code).toBe(0);
    expect(out[0]).toBe('gpu-1: mtu-black-hole (path-mtu-lowered), confidence 0.95');
    const expected = [
      '    ~ link mtu wg0 1328',
      '        now: 1420',
      '    + route set 10.200.0.11/32 dev wg0 mtu 1328',
      '  gpu-1: ip link set wg0 mtu 1420',
      '    +MTU = 1328',
      'Plan: 1 to add, 2 to change, 0 to remove, on 2 hosts.',
    ];
    expect(expected.filter((line) => !out.includes(line))).toEqual([]);
  });

  it('shows what lies on a device that is made anew as new', async () => {
    const { out } = await run('--evidence', fixture('vxlan-wrong-vni'));
    expect(out.filter((line) => line.startsWith('    ~ '))).toHaveLength(1);
    expect(out).toContain('  the overlay of gpu-1 for about 0.1 s (paths that still work)');
  });

  it.each(['subnet-env-missing', 'native-device-missing'])(
    'of %s shows the restart of flanneld, which the runbook would do, and nothing by hand',
    async (name) => {
      const { out } = await run('--evidence', fixture(name));
      const restart = out.findIndex((line) => line.startsWith('restart-agent (approval by policy): '));
      expect(out.slice(restart + 1, restart + 3)).toEqual([
        '',
        '    gpu-1: restart what programs the overlay there (flanneld, k3s, RKE2)',
      ]);
      expect(out.join('\n')).not.toContain('by hand:');
      expect(out.at(-1)).toBe('Plan: restart-agent on 1 host.');
      const json = await run('--json', '--evidence', fixture(name));
      expect(JSON.parse(json.out[0] ?? '')).toMatchObject({
        rung: 'restart-agent',
        does: ['gpu-1: restart what programs the overlay there (flanneld, k3s, RKE2)'],
        hosts: [{ host: 'gpu-1', operations: [] }],
        byHand: [],
      });
    },
  );

  it('names a restart of flanneld as a later rung only where it is one', async () => {
    const { out } = await run('--evidence', fixture('native-peer-key-stale'));
    expect(out.at(-1)).toBe('Plan: 1 to add, 0 to change, 1 to remove, on 1 host.');
    expect(out.some((line) => line.startsWith('  restart-agent '))).toBe(false);
    const wedge = await run('--evidence', fixture('fdb-flushed'));
    expect(wedge.out.some((line) => line.startsWith('  restart-agent '))).toBe(true);
  });

  it('shows a quarantine as the first rung, and the way out by hand', async () => {
    const { out } = await run('--evidence', fixture('vxlan-filtered-on-node'));
    expect(out).toContain('    gpu-1: cordon, and taint restitch.dev/network=quarantined:NoSchedule');
    expect(out).toContain("  gpu-1: let UDP 8472 through between the fleet's addresses");
    expect(out.at(-1)).toBe('Plan: quarantine on 1 host.');
  });

  it('does not quarantine a node for the fault of its peer', async () => {
    const { out } = await run('--evidence', fixture('vxlan-filtered-on-peer'));
    expect(out.join('\n')).not.toContain('quarantine');
    expect(out.at(-1)).toBe('Plan: nothing to change.');
  });

  it('says how long it waits where flannel makes the lost device anew', async () => {
    const evidence = JSON.parse(await readFile(fixture('vxlan-missing'), 'utf8'));
    for (const node of evidence.nodes) node.status.nodeInfo = { kubeletVersion: 'v1.34.9+k3s1' };
    const { out } = await runOn(evidence);
    expect(out[2]).toMatch(/^first, wait 35 s: This flannel makes a lost device anew/);
    expect(out).toContain(
      'reconcile: Put back exactly the entries that differ from the Node objects; no packet of another peer is lost.',
    );
  });

  it('gives a person the exact change where nothing can be done on a host, and no quarantine for it', async () => {
    const { out } = await runOn(cloudRouteEvidence());
    expect(out.join('\n')).toContain('aws ec2 create-route');
    expect(out.join('\n')).not.toContain('quarantine');
    expect(out.at(-1)).toBe('Plan: nothing to change.');
  });

  it('prints the change of a route table that could be read, with its undo and who declares it', async () => {
    const { out } = await runOn(cloudRouteEvidence(table()));
    const json = await runOn(cloudRouteEvidence(table()), '--json');
    const expected = [
      `  ${TABLE}`,
      `    + route 10.200.0.0/24 → ${HUB} (hub-1)`,
      `  ${TABLE}: aws ec2 delete-route --route-table-id ${TABLE} --destination-cidr-block 10.200.0.0/24`,
      'Plan: 1 to add, 0 to change, 0 to remove, in 1 route table.',
    ];
    expect(expected.filter((line) => !out.includes(line))).toEqual([]);
    expect(out.find((line) => line.startsWith('cloud-route'))).toContain('(approval required)');
    expect(out.join('\n')).not.toContain('by hand:');
    expect(JSON.parse(json.out[0] ?? '')).toMatchObject({
      hosts: [],
      routeTables: [{ table: TABLE, command: expect.stringContaining(`--instance-id ${HUB}`) }],
      byHand: [],
    });
  });

  it('has nothing to do on a healthy node', async () => {
    const { out } = await run('--evidence', fixture('neighbours-stale'));
    expect(out).toEqual(['gpu-1: healthy (all-paths-pass), confidence 0.97', '', 'Plan: nothing to change.']);
  });

  it('prints one JSON object for tools', async () => {
    const { out } = await run('--json', '--evidence', fixture('nat-mapping-expired'));
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      diagnosis: { class: 'one-way-nat' },
      hosts: [{ host: 'gpu-1', operations: [expect.stringMatching(/^wg keepalive wg0 peer \S+ 25$/)] }],
    });
  });

  it('wants one source', async () => {
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('--evidence FILE or --node NAME') });
  });
});
