import { describe, expect, it } from 'vitest';
import { overlays } from '../../../core/overlay/registry.ts';
import { formatProbes, planProbes } from '../../../core/probe/probe-plan.ts';
import { documents } from '../../../runbooks/documents/documents.ts';
import { healthyHost, vtepOf } from '../../fakes/healthy-evidence.ts';

const plan = (kubeletPort?: number) =>
  planProbes({
    sender: healthyHost('gpu-1'),
    flannelDevice: 'flannel.1',
    mtu: overlays.vxlan.mtu,
    to: vtepOf('hub-1'),
    receiver: healthyHost('hub-1'),
    ...(kubeletPort === undefined ? {} : { kubeletPort }),
  });

describe('what is probed of a peer', () => {
  it('is every layer, and with a port a TCP connection to the kubelet through the overlay', () => {
    const kinds = plan(10_255).map(({ kind }) => kind);
    expect(kinds).toEqual(['underlay', 'vtep', 'full', 'tcp', 'pod', 'workload', 'hop', 'fullhop']);
    expect(formatProbes(plan(10_255)).split(',')).toContain('tcp-hub-1/10.42.0.0/10255/connect');
    expect(plan().map(({ kind }) => kind)).not.toContain('tcp');
  });

  it('fits into the document’s parameter, for three read hosts and four peers that differ', () => {
    const { allowedPattern } = documents.diagnose.parameters['probes'] ?? { allowedPattern: '^$' };
    const most = Array.from({ length: 7 }, () => plan(10_250)).flat();
    expect(formatProbes([...most, ...plan(10_250).slice(0, 2)])).toMatch(new RegExp(allowedPattern));
  });
});
