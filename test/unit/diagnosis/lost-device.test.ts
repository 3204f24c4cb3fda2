import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';

const withoutDevice = (host: NodeEvidence): NodeEvidence => ({
  ...host,
  links: host.links.filter(({ kind }) => kind !== 'vxlan'),
  neighbours: [],
  fdb: [],
  routes: host.routes.filter(([, , device]) => device !== 'flannel.1'),
});

/** What the node sends to the hub and the cloud passes, as where the tunnel is its default route; the rest as given. */
const gone = (inwardPasses: (from: string) => boolean) =>
  evidenceWith('gpu-1', withoutDevice, (from, name) => {
    if (name.startsWith('underlay')) return true;
    return from === 'gpu-1' ? !name.endsWith('gpu-2') : inwardPasses(from);
  });

describe('a device that is gone, where some packets of the node take another way', () => {
  it('is the fault where nothing comes in through it', () => {
    expect(diagnose(gone(() => false))).toMatchObject({
      class: 'vxlan-wedge',
      cause: 'device-missing',
      hostAtFault: 'gpu-1',
    });
  });

  it('is not the fault where a peer reaches the pods without it', () => {
    expect(diagnose(gone((from) => from === 'hub-1')).cause).not.toBe('device-missing');
  });

  it('is not the fault by the word of one peer', () => {
    const evidence = gone(() => false);
    const readings = evidence.readings.filter(({ role }) => role === 'node' || role === 'hub');
    expect(diagnose({ ...evidence, readings }).cause).not.toBe('device-missing');
  });
});
