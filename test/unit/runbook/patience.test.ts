import { describe, expect, it } from 'vitest';
import type { PrintedEvidence } from '../../../core/evidence/printed-evidence.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const withoutDevice = (evidence: PrintedEvidence): PrintedEvidence => ({
  ...evidence,
  links: evidence.links.filter(({ name }) => name !== 'flannel.1'),
  neighbours: [],
  fdb: [],
  routes: evidence.routes.filter(([, , device]) => device !== 'flannel.1'),
});
const withoutEntries = (evidence: PrintedEvidence): PrintedEvidence => ({
  ...evidence,
  neighbours: [],
  fdb: [],
  routes: evidence.routes.filter(([, , device]) => device !== 'flannel.1'),
});

/** flannel.1 of gpu-1 is gone. `afterwards`: what gpu-1 reads once 30 s have passed. */
async function workedOn(kubeletVersion: string, afterwards: (evidence: PrintedEvidence) => PrintedEvidence) {
  const work = createIncidentUnderTest();
  work.cluster.change('gpu-1', (node) => ({ ...node, status: { ...node.status, nodeInfo: { kubeletVersion } } }));
  const since = work.clock();
  work.commands.reads = (evidence, host) => {
    if (host !== 'gpu-1' || !work.commands.broken) return evidence;
    return work.clock() - since < 30_000 ? withoutDevice(evidence) : afterwards(evidence);
  };
  await work.start();
  await work.untilClosed();
  const receipt = await work.store.readReceipt('lab.gpu-1.1');
  const told = (event: string) => receipt.filter((entry) => entry.event === event).map(({ summary }) => summary);
  return {
    diagnoses: told('diagnosis'),
    waited: told('verification').filter((line) => line.includes('waiting')),
    work,
  };
}

describe('when the VXLAN device is gone', () => {
  it('and this flannel makes it anew, its device is waited for and its entries are filled in', async () => {
    const { diagnoses, waited, work } = await workedOn('v1.34.9+k3s1', withoutEntries);
    expect(waited).toHaveLength(1);
    expect(diagnoses[0]).toContain('device-missing');
    expect(diagnoses[1]).toContain('recreated-empty');
    const operations = work.commands.sent.find(({ document }) => document === 'apply')?.parameters['operations'];
    expect(operations).toMatch(/^neigh replace/);
    expect(operations).not.toContain('vxlan create');
  });

  it('and this flannel does not come to it, the device is made after one wait', async () => {
    const { waited, work } = await workedOn('v1.34.9+k3s1', withoutDevice);
    expect(waited).toHaveLength(1);
    expect(work.commands.sent.find(({ document }) => document === 'apply')?.parameters['operations']).toMatch(
      /^vxlan create flannel.1 /,
    );
  });

  it.each(['v1.34.8+k3s1', 'v1.34.8'])(
    'and flannel leaves it so, or nobody knows, it is made at once: %s',
    async (version) => {
      const { waited, work } = await workedOn(version, withoutDevice);
      expect(waited).toEqual([]);
      expect(work.acted()).toEqual(['apply', 'confirm']);
    },
  );
});
