import type { KubeConfig } from '@kubernetes/client-node';
import type { Client } from '../../adapters/kubernetes/api-client.ts';
import { configureFrom } from '../../local/kubernetes/cluster-from.ts';
import { runningServices, type StandIn } from '../../local/services-address.ts';
import type { CliIo } from '../cli-io.ts';
import { environmentOf } from '../table-options.ts';
import { UsageError } from '../usage-error.ts';

/** Which Restitch is looked at, and how its parts are reached from here. */
export interface Place {
  /** By the functions' own names. */
  readonly environment: CliIo['environment'];
  readonly standIns: readonly StandIn[];
  readonly clusters: readonly [ClusterPlace, ...ClusterPlace[]];
  /** Rejects where it cannot be read. */
  readonly slackToken: () => Promise<string>;
  readonly webhookUrl: string | undefined;
  /** Undefined: only the deployed function knows. */
  readonly approvers: readonly string[] | undefined;
}

export interface ClusterPlace {
  /** The names that alerts give it. Undefined: there is no other. */
  readonly names: readonly string[] | undefined;
  readonly instances: InstancePlace;
  readonly configure: (client: Client) => Promise<KubeConfig>;
  readonly by: string;
  readonly asks: 'self' | 'group';
}

/** Where the instances of a cluster are. Undefined: as the environment says. */
export interface InstancePlace {
  readonly instanceTag?: string;
  readonly nodeNames?: readonly string[];
  /** `ACCOUNT/REGION`, where that is not the stack's own. */
  readonly elsewhere?: string;
}

export interface PlaceOptions {
  readonly stateDir?: string | undefined;
  readonly stack?: string | undefined;
}

/** Throws `UsageError` where the options name none or both, and where no `npm start` runs in the folder. */
export async function placeFrom({ stateDir, stack }: PlaceOptions, io: Pick<CliIo, 'environment'>): Promise<Place> {
  if ((stateDir === undefined) === (stack === undefined))
    throw new UsageError('say which Restitch: --state-dir of a running npm start, or --stack NAME');
  if (stateDir !== undefined) return runningPlace(stateDir, io.environment);
  const environment = await environmentOf({ stack }, io);
  return (await import('./stack-place.ts')).stackPlace(environment);
}

const only = { names: undefined, instances: {} } as const;

async function runningPlace(stateDir: string, given: CliIo['environment']): Promise<Place> {
  const running = await runningServices(stateDir);
  if (running === undefined) throw new UsageError(`no npm start runs in ${stateDir}, or it is only beginning`);
  const { variables, kubeconfig, standIns, slackToken, approvers, webhookUrl } = running;
  return {
    environment: { ...given, ...variables },
    standIns,
    clusters: [
      'text' in kubeconfig
        ? { ...only, configure: configureFrom(kubeconfig.text), by: 'the stand-in’s kubeconfig', asks: 'self' }
        : { ...only, configure: configureFromFile(kubeconfig.file), by: kubeconfig.file, asks: 'self' },
    ],
    slackToken: async () => slackToken,
    webhookUrl,
    approvers,
  };
}

function configureFromFile(file: string): ClusterPlace['configure'] {
  return async ({ KubeConfig }) => {
    const config = new KubeConfig();
    config.loadFromFile(file);
    return config;
  };
}
