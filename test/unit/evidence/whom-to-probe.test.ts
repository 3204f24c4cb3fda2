import { describe, expect, it } from 'vitest';
import type { HostReading } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { type AskedHost, type ProbedPeers, whomToProbe } from '../../../core/probe/whom-to-probe.ts';
import { healthyHost, network, nodes } from '../../fakes/healthy-evidence.ts';

const all: readonly AskedHost[] = [
  { role: 'node', name: 'gpu-1' },
  { role: 'hub', name: 'hub-1' },
  { role: 'peer', name: 'gpu-2' },
  { role: 'segment', name: 'cloud-1' },
];

interface Given {
  readonly hosts?: readonly AskedHost[];
  readonly nodes?: readonly NodeObject[];
  readonly measured?: (host: NodeEvidence) => NodeEvidence;
}

function probedBy(role: HostReading['role'], given: Given = {}) {
  const host = all.find((each) => each.role === role)?.name ?? '';
  const evidence = (given.measured ?? ((same) => same))(healthyHost(host));
  const reading: HostReading = { host, role, passive: { status: 'read', evidence }, runs: [] };
  const scope = {
    node: 'gpu-1',
    nodes: given.nodes ?? nodes,
    hosts: given.hosts ?? all,
    network,
    flannelDevice: 'flannel.1',
  };
  return named(whomToProbe(reading, scope));
}

function named({ inFull, reachedOnly }: ProbedPeers) {
  return { inFull: inFull.map(({ node }) => node), reachedOnly: reachedOnly.map(({ node }) => node) };
}

describe('whom a host probes', () => {
  it.each<[HostReading['role'], ReturnType<typeof named>]>([
    ['node', { inFull: ['hub-1', 'cloud-1', 'gpu-2'], reachedOnly: [] }],
    ['hub', { inFull: ['gpu-1'], reachedOnly: ['cloud-1', 'gpu-2'] }],
    ['peer', { inFull: ['gpu-1'], reachedOnly: ['hub-1'] }],
    ['segment', { inFull: ['gpu-1'], reachedOnly: ['hub-1'] }],
  ])('of a healthy fleet: %s', (role, expected) => {
    expect(probedBy(role)).toEqual(expected);
  });

  it('as the node also holds a peer that nobody reads, where its tables differ about it', () => {
    const hosts = all.filter(({ role }) => role !== 'peer');
    expect(probedBy('node', { hosts }).inFull).not.toContain('gpu-2');
    const routes = (host: NodeEvidence) => host.routes.filter(([destination]) => destination !== '10.42.12.0/24');
    const measured = (host: NodeEvidence) => ({ ...host, routes: routes(host) });
    expect(probedBy('node', { hosts, measured }).inFull).toContain('gpu-2');
  });

  it('as the node also holds a peer that is not Ready, which it only has to reach', () => {
    const lost = nodes.map((node) =>
      node.metadata.name === 'gpu-2'
        ? { ...node, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }
        : node,
    );
    const hosts = all.filter(({ role }) => role !== 'peer');
    expect(probedBy('node', { hosts, nodes: lost })).toMatchObject({ reachedOnly: ['gpu-2'] });
  });

  it('never is a peer in both lists', () => {
    const lost = nodes.map((node) => ({ ...node, status: { conditions: [] } }));
    expect(probedBy('node', { nodes: lost })).toEqual({ inFull: ['hub-1', 'cloud-1', 'gpu-2'], reachedOnly: [] });
  });
});
