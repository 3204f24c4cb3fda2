import { expect, it } from 'vitest';
import { nothingFits } from '../../../core/diagnosis/diagnosis.ts';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { planOffload } from '../../../core/repair/plan-offload.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { withHost } from '../../fixtures/changed-evidence.ts';

const planned = (
  parts: Partial<NodeEvidence>,
  hostAtFault: string | null = 'gpu-2',
  flannelDevice: string | null = 'flannel.1',
) => {
  const evidence = withHost(healthyEvidence(), 'gpu-2', (host) => ({ ...host, ...parts }));
  return planOffload(deriveFacts({ ...evidence, flannelDevice }), { ...nothingFits([]), hostAtFault });
};
const off = { op: 'offload', dev: 'flannel.1', feature: 'tx-checksum-ip-generic', value: 'off' };

it('the kernel computes checksums on the host that sends wrong ones, where it does not yet', () => {
  expect(planned({ txChecksum: 'on' })).toEqual([{ host: 'gpu-2', operations: [off] }]);
});

it.each<[string, Parameters<typeof planned>]>([
  ['the kernel does so already', [{ txChecksum: 'off' }]],
  ['it cannot be changed', [{ txChecksum: 'fixed' }]],
  ['nobody knows', [{}]],
  ['no host is at fault', [{ txChecksum: 'on' }, null]],
  ['the host was not read', [{ txChecksum: 'on' }, 'ghost']],
  ['flannel has no device', [{ txChecksum: 'on' }, 'gpu-2', null]],
  ['flannel’s device is no VXLAN', [{ txChecksum: 'on' }, 'gpu-2', 'wg0']],
  ['flannel’s device is gone', [{ txChecksum: 'on', links: [] }]],
])('nothing is changed where %s', (_, given) => {
  expect(planned(...given)).toEqual([]);
});
