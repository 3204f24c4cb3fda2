import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { type Others, statusOf, textOf } from './cluster-under-test.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'deploy', 'kubernetes');
const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
const TokenRequest = z.object({ status: z.object({ token: z.string() }) });

/** Applies the roles that this repository ships, as `kubectl apply` does with a new cluster. */
export async function applyManifests(admin: Others, file: 'rbac.yaml' | 'rbac-drain.yaml'): Promise<void> {
  await applyText(admin, await readFile(join(FOLDER, file), 'utf8'));
}

/** The same for any manifests. */
export async function applyText(admin: Others, manifests: string): Promise<void> {
  for (const document of parseAllDocuments(manifests)) {
    const manifest = Manifest.parse(document.toJS());
    textOf(await admin.call('POST', collectionOf(manifest), manifest));
  }
}

function collectionOf({ apiVersion, kind, metadata: { namespace } }: z.infer<typeof Manifest>): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const resource = `${kind.toLowerCase()}s`;
  return namespace === undefined ? `${root}/${resource}` : `${root}/namespaces/${namespace}/${resource}`;
}

/** A kubeconfig with a bound token of one of the ServiceAccounts, as a K3s cluster gives it to a function. */
export async function kubeconfigOf(admin: Others, adminKubeconfig: string, account: string): Promise<string> {
  const token = await tokenOf(admin, account);
  return adminKubeconfig.replace(/user: \{client-[^}]*\}/, `user: {token: ${token}}`);
}

/** As `kubectl create token` makes it. */
export async function tokenOf(admin: Others, account: string): Promise<string> {
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: ['https://kubernetes.default.svc'], expirationSeconds: 3_600 },
  };
  const path = `/api/v1/namespaces/restitch/serviceaccounts/${account}/token`;
  return TokenRequest.parse(JSON.parse(textOf(await admin.call('POST', path, request)))).status.token;
}

/** The authorizer reads roles from a watch: a grant holds a moment after it is written. */
export async function untilAllowed(user: Others, path: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (statusOf(await user.call('GET', path)) !== 403) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`the role that allows ${path} never became effective`);
}
