import { join } from 'node:path';
import * as z from 'zod';
import type { KubeletAnswer } from '../fleet.ts';
import { mustRun } from '../run-program.ts';
import { enterHost } from './enter.ts';
import type { Names } from './names.ts';
import { KUBELET_PORT } from './topology.ts';

const KubeletAnswerLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), status: z.int(), body: z.string() }),
  z.object({ type: z.literal('refused') }),
  z.object({ type: z.literal('timeout') }),
  z.object({ type: z.literal('unreachable'), reason: z.string() }),
]);

const script = (name: string) => join(import.meta.dirname, '..', name);

const certificateFiles = (names: Names) =>
  [join(names.runDir, 'kubelet.key'), join(names.runDir, 'kubelet.crt')] as const;

/** Makes the throw-away certificate that all kubelets of the fleet share. */
export async function makeKubeletCertificate(names: Names): Promise<void> {
  const [key, certificate] = certificateFiles(names);
  await mustRun([
    ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '30', '-subj', '/CN=lab-kubelet', '-keyout', key, '-out', certificate],
  ]);
}

/** Starts the stub kubelet of a host. */
export async function startKubelet(names: Names, host: string): Promise<void> {
  const start = 'exec "$@" >/dev/null 2>&1 </dev/null &';
  const argv = [process.execPath, script('kubelet.ts'), ...certificateFiles(names), String(KUBELET_PORT)] as const;
  await enterHost(names, host, { argv: ['sh', '-c', start, 'start', ...argv], timeoutMs: 5_000 });
}

/** GET to a kubelet from the hub's namespace: the control plane's own path. */
export async function askKubelet(
  names: Names,
  address: string,
  path: string,
  timeoutMs: number,
): Promise<KubeletAnswer> {
  const result = await enterHost(names, 'hub-1', {
    argv: [process.execPath, script('ask-kubelet.ts'), address, String(KUBELET_PORT), path, String(timeoutMs)],
    timeoutMs: timeoutMs + 5_000,
  });
  const line = result.stdout.trim();
  if (line === '') return { type: 'unreachable', reason: result.stderr.trim() || 'no answer' };
  return KubeletAnswerLine.parse(JSON.parse(line));
}
