import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from '../../../lab/fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { simulatedPlaces } from '../../../lab/simulated/simulated-places.ts';

const commands: readonly Argv[] = [
  ['ip', '-d', 'link', 'show'],
  ['ip', 'route', 'show', 'table', 'all'],
  ['bridge', 'fdb', 'show', 'dev', 'flannel.1'],
  ['ping', '-n', '-c', '3', '10.200.0.11'],
  ['ping', '-c', '1', '192.0.2.1'],
  ['wg', 'show', 'wg0', 'peers'],
  ['sysctl', '-n', 'net.ipv4.ip_forward'],
  ['ip', 'link', 'set', 'eth7', 'up'],
  ['ip', 'no-such-object', ''],
];

type Argv = Parameters<Fleet['exec']>[1]['argv'];

let stateDir: string;
let served: string;
let fleet: Fleet;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'restitch-simulated-'));
  fleet = await createSimulatedFleet({ stateDir });
  ({ served } = simulatedPlaces(stateDir));
});
afterAll(async () => {
  await fleet.down();
  await rm(stateDir, { recursive: true, force: true });
});

const answers = () => Promise.all(commands.map((argv) => fleet.exec('hub-1', { argv, timeoutMs: 20_000 })));

/** Everything that the server said before it closed the connection. */
async function said(token: string, ...words: readonly string[]): Promise<string> {
  const [port] = (await readFile(served, 'utf8')).split(' ');
  const socket = connect(Number(port), '127.0.0.1');
  socket.end([token, ...words, ''].join('\0'));
  return text(socket);
}

describe('the programs of a simulated host', () => {
  it('answer the same from the process of the fleet as from a Node of their own', async () => {
    const asked = await answers();
    expect(asked.map(({ code }) => code)).toEqual([0, 0, 0, 0, 1, 0, 0, 1, 255]);
    const address = await readFile(served, 'utf8');
    await writeFile(served, '1 nobody-listens-there\n');
    expect(await answers()).toEqual(asked);
    await rm(served);
    expect(await answers()).toEqual(asked);
    await writeFile(served, address);
  });

  it('take a batch from standard input, and change what the others see', async () => {
    const stdin = 'link set dev eth0 mtu 1400\n';
    const changed = await fleet.exec('hub-1', { argv: ['ip', '-batch', '-'], stdin, timeoutMs: 20_000 });
    expect(changed.code).toBe(0);
    const link = await fleet.exec('hub-1', { argv: ['ip', 'link', 'show', 'dev', 'eth0'], timeoutMs: 20_000 });
    expect(link.stdout).toContain('mtu 1400');
  });

  it('are answered to nobody who lacks the token of the file', async () => {
    const [, token = ''] = (await readFile(served, 'utf8')).trim().split(' ');
    expect(await said(token, 'hub-1', 'sysctl', '2', '-n', 'net.ipv4.ip_forward')).toBe('0\x001\n\0\0');
    expect(await said('guessed', 'hub-1', 'sysctl', '2', '-n', 'net.ipv4.ip_forward')).toBe('');
    expect(await said('GET / HTTP/1.1\r\n\r\n')).toBe('');
  });
});
