import { describe, expect, it } from 'vitest';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { sightingOf } from '../../../core/safety/sighting-of.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';

const labels = { hub: 'restitch.dev/hub', site: 'restitch.dev/site' };
const sighted = (evidence: Evidence) => sightingOf(deriveFacts(evidence), labels);

/** The peer reaches the hub too. */
const wholeEvidence = (): Evidence => {
  const evidence = healthyEvidence();
  return {
    ...evidence,
    readings: evidence.readings.map((reading) =>
      reading.role === 'peer'
        ? {
            ...reading,
            runs: reading.runs.map((run) => ({
              ...run,
              probes: run.probes.flatMap((probe) => [probe, { ...probe, name: 'underlay-hub-1' }]),
            })),
          }
        : reading,
    ),
  };
};

const losing = (evidence: Evidence, host: string): Evidence => ({
  ...evidence,
  readings: evidence.readings.map((reading) => ({
    ...reading,
    runs: reading.runs.map((run) => ({
      ...run,
      probes: run.probes.map((probe) =>
        reading.host === host || probe.name.endsWith(`-${host}`) ? { ...probe, received: 0, rttMs: null } : probe,
      ),
    })),
  })),
});

const behind = (evidence: Evidence, host: string, hub: string): Evidence => ({
  ...evidence,
  nodes: evidence.nodes.map((node) =>
    node.metadata.name === host
      ? { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, [labels.hub]: hub } } }
      : node,
  ),
});

describe('what a look says to the runs of other nodes', () => {
  it('is the node and its peer, with hub and site, and that they work', () => {
    expect(sighted(wholeEvidence())).toMatchObject({
      hosts: [
        { name: 'gpu-1', hub: 'hub-1', site: 'dc-a', state: 'passes' },
        { name: 'gpu-2', hub: 'hub-1', site: 'dc-b', state: 'passes' },
      ],
      kubelet: 'reachable',
    });
  });

  it('is which of them loses packets', () => {
    const states = sighted(losing(wholeEvidence(), 'gpu-1')).hosts.map(({ name, state }) => `${name} ${state}`);
    expect(states).toEqual(['gpu-1 loses', 'gpu-2 passes']);
  });

  it('is nothing of a peer behind another hub', () => {
    const { hosts } = sighted(behind(wholeEvidence(), 'gpu-2', 'hub-2'));
    expect(hosts.map(({ name }) => name)).toEqual(['gpu-1']);
  });

  it('is told when it was seen, and how the control plane reaches the kubelet', () => {
    const evidence = wholeEvidence();
    const unreached = { type: 'unreachable', reason: 'timeout', detail: '' } as const;
    const sick = { ...evidence, kubernetes: { ...evidence.kubernetes, kubelet: unreached } };
    expect(sighted(sick)).toMatchObject({ at: evidence.collectedAt, kubelet: 'unreachable' });
  });

  it('has the provider, where its label is known', () => {
    const evidence = wholeEvidence();
    const ofAcme = evidence.nodes.map((node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, by: 'acme' } },
    }));
    const { hosts } = sightingOf(deriveFacts({ ...evidence, nodes: ofAcme }), { ...labels, provider: 'by' });
    expect(hosts.map(({ provider }) => provider)).toEqual(['acme', 'acme']);
    expect(sighted(evidence).hosts[0]).not.toHaveProperty('provider');
  });

  it('has no site where the node has no label of one', () => {
    const evidence = wholeEvidence();
    const bare = evidence.nodes.map((node) => ({ ...node, metadata: { ...node.metadata, labels: {} } }));
    const facts = deriveFacts({ ...evidence, nodes: bare });
    expect(sightingOf(facts, labels).hosts.map(({ site }) => site)).toEqual([null, null]);
  });

  it('is nothing of a host to and from which nothing was measured', () => {
    const evidence = wholeEvidence();
    const silent = evidence.readings.map((reading) => ({
      ...reading,
      runs: reading.runs.map((run) => ({ ...run, probes: [] })),
    }));
    expect(sighted({ ...evidence, readings: silent }).hosts).toEqual([]);
  });
});
