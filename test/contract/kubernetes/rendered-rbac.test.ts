import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { type AccessReviews, createAccessReviews, type Right } from '../../../adapters/kubernetes/access-reviews.ts';
import { readTemplates } from '../../../cli/render/read-templates.ts';
import { renderCluster } from '../../../cli/render/render-cluster.ts';
import { setVariables } from '../../../cli/render/set-variables.ts';
import { readConfiguration } from '../../../configuration/read-configuration.ts';
import { configureFrom } from '../../../local/kubernetes/cluster-from.ts';
import { configurationText } from '../../unit/configuration/configuration-text.ts';
import { runScript, writeStub } from '../deploy/stub-programs.ts';
import { applyText, tokenOf, untilAllowed } from './apply-rbac.ts';
import { Others } from './cluster-under-test.ts';
import { findKubeScript, type KubeApiserver, startKubeApiserver } from './kube-script.ts';

let server: KubeApiserver | undefined;
let adminKubeconfig = '';
let admin: Others;

beforeEach(async (context) => {
  const script = await findKubeScript();
  if (script === undefined) {
    context.skip('no kube.sh found; set RESTITCH_KUBE_DIR to the folder that has it');
    return;
  }
  server = await startKubeApiserver(script);
  adminKubeconfig = await server.kubeconfig('admin');
  admin = new Others(adminKubeconfig);
}, 120_000);

afterEach(async () => {
  await server?.down();
  server = undefined;
}, 60_000);

async function rendered(text: string): Promise<Readonly<Record<string, string>>> {
  const reading = readConfiguration(text);
  if (reading.type === 'invalid') throw new Error(JSON.stringify(reading.findings));
  const [cluster] = reading.configuration.clusters;
  if (cluster === undefined) throw new Error('no cluster');
  return renderCluster(cluster, reading.configuration, await readTemplates(), undefined);
}

const right = (verb: string, resource: string, more: Partial<Right> = {}): Right => ({
  apiGroup: '',
  verb,
  resource,
  ...more,
});
const leases = right('list', 'leases', { apiGroup: 'coordination.k8s.io', namespace: 'kube-node-lease' });
const inventory = (namespace: string) => right('get', 'configmaps', { namespace, name: 'restitch-inventory' });
const evict = right('create', 'pods/eviction', { namespace: 'ml' });

const ofBoth = [right('list', 'nodes'), right('patch', 'nodes')];
const ofRunbook = [
  right('get', 'nodes/proxy'),
  right('patch', 'nodes/status'),
  right('list', 'pods'),
  right('create', 'events', { namespace: 'default' }),
  leases,
];
const ofNobody = [
  right('create', 'nodes'),
  right('delete', 'nodes'),
  right('get', 'secrets'),
  right('create', 'pods'),
  right('delete', 'pods'),
  right('create', 'nodes/proxy'),
  right('create', 'serviceaccounts/token', { namespace: 'restitch' }),
  right('list', 'configmaps', { namespace: 'restitch' }),
  right('patch', 'clusterroles', { apiGroup: 'rbac.authorization.k8s.io' }),
];

async function allowed(rights: readonly Right[], ask: (one: Right) => Promise<boolean | undefined>) {
  return Promise.all(rights.map(async (one) => [`${one.verb} ${one.resource}`, await ask(one)] as const));
}

const all = (rights: readonly Right[], is: boolean) => rights.map((one) => [`${one.verb} ${one.resource}`, is]);

/** The authorizer reads roles from a watch: the last binding of the file counts a moment after the others. */
async function untilGiven(reviews: AccessReviews, group: string, last: Right): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await reviews.mayGroup(group, last)) === true) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`${group} never got the right to ${last.verb} ${last.resource}`);
}

describe('what is rendered for an EKS cluster, on a real kube-apiserver', () => {
  it('gives the groups of the access entries what each function needs, and nobody more', async () => {
    const eks = `clusters:
  - name: gpu
    eks: { endpoint: 'https://x.example', ca: Q0E= }
    notification: { nobody: this is only a test }
settings: { incidents: { drain: by-approval }, nodes: { inventoryNamespace: platform } }
`;
    const files = await rendered(eks);
    await admin.call('POST', '/api/v1/namespaces', { metadata: { name: 'platform' } });
    await applyText(admin, files['rbac.yaml'] ?? '');
    const reviews = createAccessReviews(configureFrom(adminKubeconfig));
    const may = (group: string) => (one: Right) => reviews.mayGroup(group, one);
    await untilGiven(reviews, 'restitch-runbook', evict);
    const runbook = [...ofBoth, ...ofRunbook, evict, inventory('platform')];
    expect(await allowed(runbook, may('restitch-runbook'))).toEqual(all(runbook, true));
    expect(await allowed([...ofNobody, inventory('restitch')], may('restitch-runbook'))).toEqual(
      all([...ofNobody, inventory('restitch')], false),
    );
    expect(await allowed(ofBoth, may('restitch-sweep'))).toEqual(all(ofBoth, true));
    const notSweep = [...ofRunbook, ...ofNobody, evict, inventory('platform')];
    expect(await allowed(notSweep, may('restitch-sweep'))).toEqual(all(notSweep, false));
  });
});

describe('what is rendered for K3s, on a real kube-apiserver', () => {
  it('lets in who has the token that kubeconfig.sh stores, with its rights and no others', async () => {
    const files = await rendered(configurationText());
    await applyText(admin, files['rbac.yaml'] ?? '');
    const folder = join(server?.dir ?? '', 'script');
    await mkdir(folder);
    const { server: address, ca } = clusterOf(adminKubeconfig);
    writeStub(folder, 'kubectl', [
      { call: 'create token restitch-runbook', prints: await tokenOf(admin, 'restitch-runbook') },
      { call: 'config view', prints: ca },
    ]);
    writeStub(folder, 'aws', []);
    const script = join(folder, 'kubeconfig.sh');
    await writeFile(script, setVariables(files['kubeconfig.sh'] ?? '', { region: 'eu-west-1' }));
    const { code, stderr, secret = '{}' } = runScript('dash', script, ['https://k3s.example:6443'], folder);
    expect([code, stderr]).toEqual([0, '']);
    const stored = z.object({ kubeconfig: z.string() }).parse(JSON.parse(secret)).kubeconfig;
    // The script refuses the loopback address, which this server has.
    const kubeconfig = stored.replace('https://k3s.example:6443', address);
    await untilAllowed(new Others(kubeconfig), '/api/v1/namespaces/restitch/configmaps/restitch-inventory');
    const reviews = createAccessReviews(configureFrom(kubeconfig));
    const granted = [...ofBoth, ...ofRunbook, inventory('restitch')];
    expect(await allowed(granted, (one) => reviews.mayI(one))).toEqual(all(granted, true));
    expect(await allowed([...ofNobody, evict], (one) => reviews.mayI(one))).toEqual(all([...ofNobody, evict], false));
  });
});

const Kubeconfig = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) })),
});

function clusterOf(kubeconfig: string): { readonly server: string; readonly ca: string } {
  const [only] = Kubeconfig.parse(parse(kubeconfig)).clusters;
  if (only === undefined) throw new Error('the kubeconfig has no cluster');
  return { server: only.cluster.server, ca: only.cluster['certificate-authority-data'] };
}
