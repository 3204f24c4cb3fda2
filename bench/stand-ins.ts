import { once } from 'node:events';
import * as z from 'zod';
import { loadLocalConfig } from '../local/config.ts';
import { startKubernetesStandIn } from '../local/kubernetes/kubernetes-stand-in.ts';
import { ownDocuments } from '../local/ssm/own-documents.ts';
import { startSsmStandIn } from '../local/ssm/ssm-stand-in.ts';
import { madeFleet } from './made-fleet.ts';
import { StandInRequest, type StandInsReply, type StandInsStarted } from './stand-in-messages.ts';

/**
 * The stand-ins of Run Command and the Kubernetes API in front of hosts that are made up, in a process of their own: elsewhere both are not
 * on this machine at all. plugged.ts forks it. Arguments: a folder, how many nodes, milliseconds that a command takes.
 */
const [stateDir, size, commandMs] = z
  .tuple([z.string(), z.coerce.number(), z.coerce.number()])
  .parse(process.argv.slice(2));
const config = loadLocalConfig({});
const { fleet, leaves, commands } = madeFleet(size, commandMs);
const documents = ownDocuments(config);
const ssm = await startSsmStandIn({ fleet, stateDir, instanceTag: config.INSTANCE_TAG, documents });
const kubernetes = await startKubernetesStandIn({ fleet, stateDir, token: 'bench' });

process.on('message', (message) => {
  for (const name of StandInRequest.parse(message).sick) commands.sick.add(name);
  process.send?.({ sent: commands.sent.length } satisfies StandInsReply);
});
process.send?.({ ssmUrl: ssm.url, kubeconfig: kubernetes.kubeconfig, leaves } satisfies StandInsStarted);
await once(process, 'disconnect');
await Promise.all([ssm.close(), kubernetes.close()]);
