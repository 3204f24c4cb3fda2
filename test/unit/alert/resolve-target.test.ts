import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../../core/alert/canonical-address.ts';
import {
  DEFAULT_CLUSTER_LABELS,
  DEFAULT_NODE_LABELS,
  resolveTarget,
  type TargetRules,
} from '../../../core/alert/resolve-target.ts';

const rules: TargetRules = {
  clusterLabels: DEFAULT_CLUSTER_LABELS,
  nodeLabels: DEFAULT_NODE_LABELS,
  defaultCluster: null,
};

const nodeOf = (labels: Record<string, string>) => {
  const resolution = resolveTarget({ cluster: 'lab-1', ...labels }, rules);
  return resolution.type === 'resolved' ? resolution.target.node : resolution.reason;
};

describe('the cluster of an alert', () => {
  it('is the first configured label that says something', () => {
    const both = { ...rules, clusterLabels: ['k8s_cluster', 'cluster'] };
    const labels = { k8s_cluster: '', cluster: 'lab-1', node: 'gpu-1' };
    expect(resolveTarget(labels, both)).toMatchObject({ target: { cluster: 'lab-1' } });
  });

  it('is the default where no label says it', () => {
    const resolution = resolveTarget({ node: 'gpu-1' }, { ...rules, defaultCluster: 'only-one' });
    expect(resolution).toEqual({ type: 'resolved', target: { cluster: 'only-one', node: 'gpu-1' } });
  });

  it('is never guessed', () => {
    expect(resolveTarget({ node: 'gpu-1' }, rules)).toEqual({ type: 'refused', reason: 'no-cluster' });
  });

  it.each(['a/b', '$(reboot)', 'a b', '-a', 'x'.repeat(101), 'a\n'])('is refused as %j', (cluster) => {
    expect(resolveTarget({ cluster, node: 'gpu-1' }, rules)).toEqual({ type: 'refused', reason: 'bad-cluster-name' });
  });
});

describe('the node of an alert', () => {
  it.each([
    [{ node: 'gpu-1', instance: '10.0.3.7:9100' }, 'gpu-1'],
    [{ nodename: 'gpu-1', instance: '10.0.3.7:9100' }, 'gpu-1'],
    [{ kubernetes_node: 'gpu-1' }, 'gpu-1'],
    [{ k8s_node_name: 'gpu-1' }, 'gpu-1'],
    [{ Hostname: 'GPU-1' }, 'gpu-1'],
    [{ node: '', nodename: 'gpu-2' }, 'gpu-2'],
    [{ node: 'gpu-1.site-a.example:9100' }, 'gpu-1.site-a.example'],
    [{ instance: 'gpu-1:9100' }, 'gpu-1'],
    [{ instance: 'gpu-1' }, 'gpu-1'],
  ])('is read from %j', (labels, node) => {
    expect(nodeOf(labels)).toBe(node);
  });

  it.each([
    ['10.0.3.7:9100', '10.0.3.7'],
    ['10.0.3.7', '10.0.3.7'],
    ['[fd00::1]:9100', 'fd00:0:0:0:0:0:0:1'],
    ['[FD00:0::1]', 'fd00:0:0:0:0:0:0:1'],
    ['fd00::1', 'fd00:0:0:0:0:0:0:1'],
    ['[::ffff:10.0.3.7]:9100', '10.0.3.7'],
  ])('is an address in one spelling when instance %s is all there is', (instance, node) => {
    expect(nodeOf({ instance })).toBe(node);
  });

  it('is missing when no label speaks of one', () => {
    expect(nodeOf({ alertname: 'Watchdog' })).toBe('no-node');
  });

  it.each([
    'gpu_1',
    '-gpu',
    'gpu-1; reboot',
    'gpu-1$(reboot)',
    '../etc/passwd',
    'fe80::1%$(reboot)',
    'fe80::1%eth0',
    'http://gpu-1:9100/metrics',
    'a\nb',
    `${'x'.repeat(254)}`,
    'gpu-1:',
    'ＧＰＵ',
  ])('is refused as %j', (node) => {
    expect(nodeOf({ node })).toBe('bad-node-name');
  });

  it('does not fall back to another label when the first one is unusable: the labels contradict each other', () => {
    expect(nodeOf({ node: 'bad name', instance: '10.0.3.7:9100' })).toBe('bad-node-name');
  });

  it('is not read from what every object inherits', () => {
    expect(resolveTarget({ cluster: 'lab-1' }, { ...rules, nodeLabels: ['constructor'] })).toEqual({
      type: 'refused',
      reason: 'no-node',
    });
  });
});

describe('the one spelling of an address', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['2001:DB8::00a1', '2001:db8:0:0:0:0:0:a1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['1.2.3', undefined],
    ['gpu-1', undefined],
    ['fe80::1%eth0', undefined],
  ])('of %s is %s', (text, spelling) => {
    expect(canonicalAddress(text)).toBe(spelling);
  });
});
