import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createOnboardingNode, type OnboardingNode } from './onboarding-node.ts';

const Report = z.strictObject({
  schema: z.literal('restitch/node-check/1'),
  failed: z.int(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['ok', 'failed', 'absent']),
      detail: z.string().min(1),
      mend: z.string().optional(),
    }),
  ),
});

/** A module that this kernel has. */
const loaded = readdirSync('/sys/module').find((name) => /^[a-z0-9_]+$/.test(name)) ?? 'kernel';
const ok = (name: string) => `#!/bin/sh\necho ${name}\n`;

/** A node that has everything, whatever this machine has. */
function complete(): OnboardingNode {
  const node = createOnboardingNode();
  for (const name of [
    'ping',
    'wg',
    'ethtool',
    'conntrack',
    'curl',
    'systemd-run',
    'bridge',
    'sysctl',
    'amazon-ssm-agent',
  ])
    node.program(name, ok(name));
  node.program('ip', '#!/bin/sh\necho "ip utility, iproute2-6.1.0"\n');
  node.program('amazon-ssm-agent', '#!/bin/sh\necho "SSM Agent version: 3.3.3050.0"\n');
  return node;
}

function check(node: OnboardingNode, parameters: Readonly<Record<string, string>> = {}) {
  const { code, report } = node.run('check-node', { modules: loaded, ...parameters });
  const { checks, failed } = Report.parse(report);
  return { code, failed, of: (name: string) => checks.find((each) => each.name === name), checks };
}

describe('check-node', () => {
  it('finds a node with everything in order, and leaves nothing behind', () => {
    const node = complete();
    const { code, failed, checks, of } = check(node);
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect([code, failed]).toEqual([0, 0]);
    expect(of('agent')?.detail).toContain('3.3.3050.0');
    expect(readdirSync(join(node.root, 'run/restitch'))).toEqual([]);
    expect(node.systemctl()).toEqual([]);
  });

  it.each([
    [
      'ping that cannot be told not to divide',
      (node: OnboardingNode) => node.program('ping', '#!/bin/sh\nexit 2\n'),
      'ping -M do',
      'iputils',
    ],
    [
      'ip of busybox',
      (node: OnboardingNode) => node.program('ip', '#!/bin/sh\necho BusyBox\n'),
      'iproute2',
      'install iproute2',
    ],
    [
      'no textfile collector',
      (node: OnboardingNode) => rmSync(join(node.root, 'var/lib/prometheus'), { recursive: true }),
      'textfile collector',
      '--collector.textfile.directory=/var/lib/prometheus/node-exporter',
    ],
    [
      'no machine id',
      (node: OnboardingNode) => writeFileSync(join(node.root, 'etc/machine-id'), ''),
      'machine-id',
      'systemd-machine-id-setup',
    ],
    [
      'commands that do not run as root',
      (node: OnboardingNode) => node.program('id', '#!/bin/sh\necho 1000\n'),
      'root',
      'as root',
    ],
  ])('fails for %s, with how to mend it', (_, change, name, mend) => {
    const node = complete();
    change(node);
    const { code, failed, of } = check(node);
    expect([code, failed, of(name)]).toMatchObject([1, 1, { status: 'failed', mend: expect.stringContaining(mend) }]);
  });

  it('fails for a module that the kernel has not, and asks for no other', () => {
    const { code, of, checks } = check(complete(), { modules: `${loaded},no_such_module` });
    expect([code, of('module no_such_module')?.status, of(`module ${loaded}`)?.status]).toEqual([1, 'failed', 'ok']);
    expect(checks.filter(({ name }) => name.startsWith('module'))).toHaveLength(2);
  });

  it('takes WireGuard of userspace for the module', () => {
    const node = complete();
    node.program('wg', '#!/bin/sh\necho wg0\n');
    expect(check(node, { modules: 'wireguard' }).of('module wireguard')?.status).toBe('ok');
  });

  it('tells what some nodes need without failing for it', () => {
    const node = complete();
    rmSync(join(node.root, 'run/systemd'), { recursive: true });
    const { code, of } = check(node);
    expect([code, of('systemd')]).toMatchObject([
      0,
      { status: 'absent', detail: expect.stringContaining('DaemonSet') },
    ]);
  });

  it.each([[{ modules: 'vxlan;id' }], [{ modules: '' }], [{ textfileFolder: '/a b' }], [{ textfileFolder: 'x' }]])(
    'refuses %j',
    (parameters) => {
      const { code, report } = complete().run('check-node', parameters);
      expect([code, report['status']]).toEqual([3, 'refused']);
    },
  );

  it('fails under an agent that gives no parameters', () => {
    const { code, report } = complete().run('check-node', {}, { withoutParameters: true });
    expect([code, report['reason']]).toEqual([3, expect.stringContaining('older than 3.3.2746.0')]);
  });
});
