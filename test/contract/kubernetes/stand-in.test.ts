import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKubernetesStandIn } from '../../../local/kubernetes/kubernetes-stand-in.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';
import { describeClusterContract, type Opened } from './cluster-contract.ts';

describeClusterContract('the Kubernetes stand-in', open);

async function open(): Promise<Opened> {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-kubernetes-'));
  const spare = Array.from({ length: 40 }, (_, index) => `spare-${index}`);
  const kubelets = { refusing: 'refusing', silent: 'silent', unhealthy: 'unhealthy' };
  const fleet = createFakeFleet([...spare, ...Object.values(kubelets)]);
  fleet.kubelets.set(kubelets.refusing, { type: 'refused' });
  fleet.kubelets.set(kubelets.silent, { type: 'timeout' });
  fleet.kubelets.set(kubelets.unhealthy, { type: 'answer', status: 500, body: '[-]syncloop failed' });
  const standIn = await startKubernetesStandIn({ fleet, stateDir, token: 'right-token' });
  return {
    type: 'open',
    cluster: {
      kubeconfig: standIn.kubeconfig,
      adminKubeconfig: standIn.kubeconfig,
      wrongTokenKubeconfig: standIn.kubeconfig.replace('right-token', 'wrong-token'),
      kubelets,
      freshNode: async () => {
        const name = spare.pop();
        if (name === undefined) throw new Error('the suite used up its nodes');
        return name;
      },
      close: async () => {
        await standIn.close();
        await rm(stateDir, { recursive: true, force: true });
      },
    },
  };
}
