import { setTimeout as sleep } from 'node:timers/promises';
import { loadCloudRoutes } from '../adapters/aws/load-cloud-routes.ts';
import type { EvidencePorts } from '../functions/runbook/look/collect-evidence.ts';
import type { Fleet } from '../lab/fleet.ts';
import { pluggedEndpoint } from './aws-clients.ts';
import type { LocalConfig } from './config.ts';
import { openCloudRoutes } from './ec2/open-cloud-routes.ts';
import { fleetRecord } from './fleet-record.ts';
import { clusterFrom } from './kubernetes/cluster-from.ts';
import { startKubernetesStandIn } from './kubernetes/kubernetes-stand-in.ts';
import { localSecrets } from './secrets.ts';
import { commandRunner } from './ssm/command-runner.ts';
import { ownDocuments } from './ssm/own-documents.ts';
import { startSsmStandIn } from './ssm/ssm-stand-in.ts';

/** Systems Manager and Kubernetes, for a caller that only collects evidence: no queue, no table, no chat. */
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
  const cloud = await openCloudRoutes(config, fleet);
  const kubernetes = await startKubernetesStandIn({
    fleet,
    stateDir,
    token: kubernetesToken,
    record: fleetRecord(fleet, config),
  });
  return {
    ports: {
      commands: commandRunner({ url: ssm.url, anyCredentials: true }, config),
      cluster: clusterFrom(kubernetes.kubeconfig),
      cloudRoutes: loadCloudRoutes(cloud.tables, cloud.client),
      ...time,
    },
    close: async () => {
      await kubernetes.close();
      await cloud.close();
      await ssm.close();
    },
  };
}

/** The real services, or those that the standard variables name. */
export async function cloudSource(config: LocalConfig): Promise<EvidenceSource> {
  const url = config.AWS_ENDPOINT_URL_SSM;
  const cloud = await openCloudRoutes(config, undefined);
  return {
    ports: {
      commands: commandRunner(url === undefined ? undefined : pluggedEndpoint(url, config), config),
      cluster: clusterFrom(undefined),
      cloudRoutes: loadCloudRoutes(cloud.tables, cloud.client),
      ...time,
    },
    close: cloud.close,
  };
}

const time = { clock: Date.now, sleep: (milliseconds: number) => sleep(milliseconds) };
