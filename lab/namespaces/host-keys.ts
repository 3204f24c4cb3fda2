import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { LabHost } from './lab-host.ts';

const KeyPair = z.object({ privateKey: z.string(), publicKey: z.string() });
const HostKeys = z.record(z.string(), KeyPair);

/** WireGuard's base64 X25519 keys, by host. */
export type HostKeys = z.infer<typeof HostKeys>;

/** The keys of wg0: made once per state folder, so that a fleet that comes up again is the same fleet. */
export function tunnelKeys(stateDir: string, hosts: readonly LabHost[]): Promise<HostKeys> {
  const inTunnel = hosts.filter((host) => host.wireguard !== undefined).map(({ name }) => name);
  return keptKeys(join(stateDir, 'lab-keys.json'), inTunnel);
}

/** The same of flannel's own WireGuard, which every host has. flanneld keeps its key in /run/flannel/wgkey over a restart. */
export function flannelKeys(stateDir: string, hosts: readonly LabHost[]): Promise<HostKeys> {
  return keptKeys(
    join(stateDir, 'lab-flannel-keys.json'),
    hosts.map(({ name }) => name),
  );
}

/** Throws for a host that has none. */
export function keyPairOf(keys: HostKeys, host: string): z.infer<typeof KeyPair> {
  const pair = keys[host];
  if (pair === undefined) throw new Error(`no WireGuard key for ${host}`);
  return pair;
}

/** The keys of a file, with new ones for the hosts that it does not have. */
async function keptKeys(path: string, hosts: readonly string[]): Promise<HostKeys> {
  const kept = await readKeys(path);
  const missing = hosts.filter((host) => kept[host] === undefined);
  if (missing.length === 0) return kept;
  const keys = { ...kept, ...Object.fromEntries(missing.map((host) => [host, newKeyPair()])) };
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

async function readKeys(path: string): Promise<HostKeys> {
  try {
    return HostKeys.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None yet, or not ours: a lab's keys are worth nothing, new ones are as good.
    return {};
  }
}

/** The raw 32 bytes end the DER encodings of an X25519 key (RFC 8410). */
function newKeyPair(): z.infer<typeof KeyPair> {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const raw = (der: Buffer) => der.subarray(-32).toString('base64');
  return {
    privateKey: raw(privateKey.export({ type: 'pkcs8', format: 'der' })),
    publicKey: raw(publicKey.export({ type: 'spki', format: 'der' })),
  };
}
