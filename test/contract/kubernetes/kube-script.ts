import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = join(import.meta.dirname, '..', '..', '..');

/** Starting etcd and kube-apiserver takes about 6 s here; a slow machine gets much more. */
const UP_TIMEOUT_MS = 90_000;

/** A kube-apiserver of its own on loopback, as `kube.sh` starts it. */
export interface KubeApiserver {
  /** Everything about this server is below this folder; `pki/` has its certificates. */
  readonly dir: string;
  kubeconfig(user: 'admin' | 'restricted' | 'token'): Promise<string>;
  /** Ends it and removes its folder. */
  down(): Promise<void>;
}

/** The folder with `kube.sh`: RESTITCH_KUBE_DIR, else `shared/kube` beside the repository. */
export async function findKubeScript(): Promise<string | undefined> {
  const folder = env['RESTITCH_KUBE_DIR'] ?? join(repository, '..', 'shared', 'kube');
  const script = join(folder, 'kube.sh');
  try {
    await access(script);
    return script;
  } catch {
    // Most machines have none.
    return undefined;
  }
}

export async function startKubeApiserver(script: string): Promise<KubeApiserver> {
  const dir = await mkdtemp(join(tmpdir(), 'restitch-kube-apiserver-'));
  const options = { env: { ...env, KUBE_DIR: dir, KUBE_PORT: String(await freePorts(3)) }, timeout: UP_TIMEOUT_MS };
  const down = async () => {
    await run('bash', [script, 'down'], options);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await run('bash', [script, 'up'], options);
  } catch (error) {
    await down();
    throw error;
  }
  return { dir, down, kubeconfig: (user) => readFile(join(dir, `${user}.kubeconfig`), 'utf8') };
}

/** The first of so many free ports in a row: the script takes neighbours for etcd. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every((each) => each)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
