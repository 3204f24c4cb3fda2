import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fleet } from '../lab/fleet.ts';
import { loadLocalConfig } from '../local/config.ts';
import { startKubernetesStandIn } from '../local/kubernetes/kubernetes-stand-in.ts';
import { type Runtime, startRuntime } from '../local/runtime.ts';
import { ownDocuments } from '../local/ssm/own-documents.ts';
import { startSsmStandIn } from '../local/ssm/ssm-stand-in.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Many nodes are broken at once here, and again and again: what forbids that is not what is measured. */
const settings = {
  REPAIR_MODE: 'act',
  STABLE_SECONDS: '3',
  BREAKER_MIN_NODES: '10000',
  FLAP_INCIDENTS: '10000',
  RUNS_PER_DAY: '10000',
  CLUSTERS: 'lab',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};

/** Runs a script of this folder with a folder of its own as `--folder`, and the kubeconfig where clients look for it. Returns what it prints. */
export async function inProcess(script: string, options: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-bench-'));
  try {
    const argv = ['--disable-warning=ExperimentalWarning', ...options, script, '--folder', folder];
    const env = { PATH: '/usr/bin:/bin', HOME: folder, KUBECONFIG: kubeconfigIn(folder), ...settings };
    return execFileSync(process.execPath, argv, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * All that `npm start` runs, in this process, with queue, table and durable engine of its own. Run Command and the Kubernetes API are the stand-ins,
 * in front of these hosts, and plugged in as real ones are.
 */
export async function startPlugged(folder: string, fleet: Fleet): Promise<Runtime> {
  const config = loadLocalConfig({ ...settings, KUBECONFIG: kubeconfigIn(folder) });
  const documents = ownDocuments(config);
  const ssm = await startSsmStandIn({ fleet, stateDir: folder, instanceTag: config.INSTANCE_TAG, documents });
  const kubernetes = await startKubernetesStandIn({ fleet, stateDir: folder, token: 'bench' });
  await writeFile(kubeconfigIn(folder), kubernetes.kubeconfig);
  const plugged = { ...config, AWS_ENDPOINT_URL_SSM: ssm.url };
  const runtime = await startRuntime({ stateDir: folder, port: 0, config: plugged, log });
  const close = async () => {
    await runtime.close();
    await kubernetes.close();
    await ssm.close();
  };
  return { ...runtime, close };
}

function kubeconfigIn(folder: string): string {
  return join(folder, 'kubeconfig');
}
