import { startKubernetesStandIn } from '../../../local/kubernetes/kubernetes-stand-in.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';

/** The stand-in in a process of its own, to be killed. Argument: its state folder. Prints its kubeconfig. */
const [stateDir = ''] = process.argv.slice(2);
const standIn = await startKubernetesStandIn({ fleet: createFakeFleet(['gpu-1']), stateDir, token: 'token' });
process.stdout.write(`${standIn.kubeconfig}\n`);
