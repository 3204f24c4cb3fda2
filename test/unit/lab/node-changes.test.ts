import { describe, expect, it } from 'vitest';
import type { FleetHost } from '../../../lab/fleet.ts';
import { changeNodes, nodeChangesIn } from '../../../lab/namespaces/node-changes.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const change = { node: 'gpu-2', annotations: { 'flannel.alpha.coreos.com/public-ip': '10.200.0.99' } };
const host: FleetHost = {
  ...{ name: 'gpu-2', role: 'gpu', instanceId: 'mi-2', durableDir: '' },
  node: {
    name: 'gpu-2',
    labels: {},
    annotations: { kept: 'yes' },
    podCIDR: '10.42.12.0/24',
    internalIP: '10.200.0.12',
  },
};

describe('what faults wrote into Node objects', () => {
  it('is seen by another process that has the fleet open, and so is its end', () => {
    const folder = temporaryFolder();
    const running = nodeChangesIn(folder);
    expect(running.read()).toEqual([]);
    const beside = nodeChangesIn(folder);
    beside.add([change]);
    expect(changeNodes([host], running.read())[0]?.node.annotations).toEqual({ kept: 'yes', ...change.annotations });
    beside.forget();
    expect(changeNodes([host], running.read())).toEqual([host]);
  });

  it('is the same array as long as nothing changes: whoever holds it need not look again', () => {
    const changes = nodeChangesIn(temporaryFolder());
    changes.add([change]);
    expect(changes.read()).toBe(changes.read());
  });
});
