import { setTimeout as sleep } from 'node:timers/promises';
import type { EvidencePorts } from '../functions/runbook/collect-evidence.ts';
import type { Fleet } from '../lab/fleet.ts';
import { pluggedEndpoint } from './aws-clients.ts';
import type { LocalConfig } from './config.ts';
import { clusterFrom } from './kubernetes/cluster-from.ts';
import { startKubernetesStandIn } from './kubernetes/kubernetes-stand-in.ts';
import { localSecrets } from './secrets.ts';
import { commandRunner } from './ssm/command-runner.ts';
import { ownDocuments } from './ssm/own-documents.ts';
import { startSsmStandIn } from './ssm/ssm-stand-in.ts';

/** Systems Manager and Kubernetes, for who only wants to look: no queue, no table, no chat. */
export interface EvidenceSource {
  readonly ports: EvidencePorts;
  close(): Promise<void>;
}

/** The fleet's nodes, behind the same stand-ins that `npm start` uses. */
export async function fleetSource(fleet: Fleet, stateDir: string, config: LocalConfig): Promise<EvidenceSource> {
  const { kubernetesToken } = await localSecrets(stateDir);
  const ssm = await startSsmStandIn({
    fleet,
    documents: ownDocuments(config),
    stateDir,
    instanceTag: config.INSTANCE_TAG,
  });
  const kubernetes = await startKubernetesStandIn({ fleet, stateDir, token: kubernetesToken });
  return {
    ports: {
      commands: commandRunner({ url: ssm.url, anyCredentials: true }, config),
      cluster: clusterFrom(kubernetes.kubeconfig),
      ...time,
    },
    close: async () => {
      await kubernetes.close();
      await ssm.close();
    },
  };
}

/** The real thing, or whatever the standard variables name. */
export function cloudSource(config: LocalConfig): EvidenceSource {
  const url = config.AWS_ENDPOINT_URL_SSM;
  return {
    ports: {
      commands: commandRunner(url === undefined ? undefined : pluggedEndpoint(url, config), config),
      cluster: clusterFrom(undefined),
      ...time,
    },
    close: async () => undefined,
  };
}

const time = { clock: Date.now, sleep: (milliseconds: number) => sleep(milliseconds) };
