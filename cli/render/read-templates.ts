import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Templates } from './render-cluster.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (...path: readonly string[]) => readFile(join(root, ...path), 'utf8');

/** The files of this version that are rendered. */
export async function readTemplates(): Promise<Templates> {
  return {
    slackManifest: await read('deploy', 'slack', 'app-manifest.yaml'),
    alertmanager: await read('monitoring', 'alertmanager', 'restitch.alertmanager.yml'),
    rbac: await read('deploy', 'kubernetes', 'rbac.yaml'),
    rbacDrain: await read('deploy', 'kubernetes', 'rbac-drain.yaml'),
    kubeconfigScript: await read('deploy', 'kubernetes', 'kubeconfig.sh'),
    accessEntriesScript: await read('deploy', 'kubernetes', 'access-entries.sh'),
    nodesScript: await read('deploy', 'nodes', 'nodes.sh'),
  };
}
