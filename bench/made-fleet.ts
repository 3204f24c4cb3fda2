import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { PrintedEvidence, toNodeEvidence } from '../core/evidence/printed-evidence.ts';
import { digestsOf } from '../core/evidence/table-digests.ts';
import { type DocumentName, documentNames } from '../core/runbook/node-command.ts';
import type { ExecRequest, ExecResult, Fleet, FleetHost } from '../lab/fleet.ts';
import { createFakeNodeCommands, type FakeNodeCommands } from '../test/fakes/fake-node-commands.ts';
import { type HealthyFleet, healthyFleet, wireGuard } from '../test/fakes/healthy-evidence.ts';

/** The SSM agent's default (`CommandWorkersLimit`). */
const COMMANDS_AT_ONCE = 5;
const SITES = ['paris', 'oslo', 'rome'];

/** A fleet behind one hub, of any size, on which no program runs: what a document prints is made up at once. */
export interface MadeFleet {
  readonly fleet: Fleet;
  /** The GPU nodes. */
  readonly leaves: readonly string[];
  /** Who is sick, and what was sent. */
  readonly commands: FakeNodeCommands;
}

/** `commandMs`: how long an agent needs for a command; it works five at once. */
export function madeFleet(size: number, commandMs: number): MadeFleet {
  const healthy = healthyFleet(Array.from({ length: size }, (_, index) => SITES[index % SITES.length] ?? ''));
  const commands = createFakeNodeCommands(healthy, []);
  commands.reads = (evidence, host) => ofNow(evidence, host, healthy);
  const agents = new Map(healthy.nodes.map(({ metadata: { name } }) => [name, createTurns(COMMANDS_AT_ONCE)]));
  const hosts: readonly FleetHost[] = healthy.nodes.map(({ metadata, spec, status }, index) => {
    const { name, labels = {}, annotations = {} } = metadata;
    const internalIP = status?.addresses?.[0]?.address ?? '';
    const role = name.startsWith('gpu') ? 'gpu' : name.startsWith('hub') ? 'hub' : 'cloud';
    const instanceId = `mi-${(index + 1).toString(16).padStart(17, '0')}`;
    return {
      name,
      role,
      instanceId,
      node: { name, labels, annotations, podCIDR: spec?.podCIDR ?? '', internalIP },
      durableDir: '',
    };
  });

  async function exec(host: string, { argv, env = {} }: ExecRequest): Promise<ExecResult> {
    await agents.get(host)?.(() => sleep(commandMs));
    const parameters = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name.replace(/^SSM_/, ''), value]),
    );
    const probes = probesOf(parameters['probes'] ?? '', env['AWS_SSM_INSTANCE_ID'] ?? '');
    const document = documentOf(argv.join('\n'));
    const operationKey = parameters['operationKey'] ?? '';
    const sent = {
      ...{ document, instanceId: `mi-${host}`, operationKey, timeoutSeconds: 60 },
      parameters: { ...parameters, probes },
    };
    const { commandId } = await commands.send(sent);
    const result = await commands.result(commandId, `mi-${host}`);
    return {
      code: 0,
      timedOut: false,
      stdout: result.status === 'succeeded' ? packed(result.stdout, parameters) : '',
      stderr: '',
    };
  }

  return {
    leaves: healthy.spokes,
    commands,
    fleet: {
      kind: 'simulated',
      hosts,
      inventory: { version: 1, tunnelNetworks: [], nodes: {} },
      exec,
      // A node that lost its forwarding entries is still reached through its tunnel.
      reachKubelet: async (_host, _port, timeoutMs) => {
        if (!commands.sick.has('hub-1')) return { type: 'answer', status: 200, body: 'ok' };
        await sleep(timeoutMs);
        return { type: 'timeout' };
      },
      vitals: async () => ({ wayOut: true, kubelet: true }),
      hasWayOut: async () => true,
      inject: () => Promise.reject(new TypeError('this fleet knows no faults')),
      clear: async () => undefined,
      down: async () => undefined,
    },
  };
}

let looks = 0;

/** By the clock of now, with counters of the tunnels that go on. */
function ofNow(evidence: PrintedEvidence, host: string, fleet: HealthyFleet): PrintedEvidence {
  const now = Math.floor(Date.now() / 1_000);
  const tunnel = evidence.wireguard === null ? null : wireGuard(host, ++looks, fleet);
  const peers = tunnel?.peers.map((peer) => ({ ...peer, latestHandshakeAt: now - 60 })) ?? [];
  return { ...evidence, collectedAt: now, wireguard: tunnel === null ? null : { ...tunnel, peers } };
}

/** Every document says near its head which one it is. */
function documentOf(script: string): DocumentName {
  const action = /^action=(\S+)$/m.exec(script)?.[1];
  const document = documentNames.find((name) => name === action);
  if (document === undefined) throw new TypeError(`this is no document of ours: ${action}`);
  return document;
}

/** Those of this instance, as the document chooses them. */
function probesOf(probes: string, instanceId: string): string {
  return probes
    .split(',')
    .filter((probe) => !probe.includes('=') || probe.startsWith(`${instanceId}=`))
    .map((probe) => probe.replace(/^.*=/, ''))
    .join(',');
}

/** As the document does with what does not fit into Run Command's 24,000 characters: peers that nobody asked for are left out. */
function packed(stdout: string, { focus = '', digests = '' }: Readonly<Record<string, string>>): string {
  if (stdout.length <= 20_000) return stdout;
  const { wireguard, unseen, ...rest } = PrintedEvidence.parse(JSON.parse(stdout));
  const wanted = focus.split(',');
  const peers = wireguard?.peers.filter((peer) =>
    [peer.publicKey, ...peer.allowedIps].some((one) => wanted.includes(one.replace(/\/32$/, ''))),
  );
  const shown = {
    ...(digests === '' ? rest : withoutAgreed(rest, digests)),
    wireguard: wireguard === null ? null : { ...wireguard, peers },
    unseen: [...unseen, { what: 'wireguard-others', why: 'left out' }],
  };
  const data = gzipSync(JSON.stringify(shown)).toString('base64');
  return JSON.stringify({ schema: 'restitch/node-evidence/1', encoding: 'gzip+base64', data });
}

/** What compare-tables.sh and print-evidence.sh make of the tables. */
function withoutAgreed(printed: Omit<PrintedEvidence, 'wireguard' | 'unseen'>, digests: string) {
  const told = digests.split('/').map((checksums) => checksums.split(',').map(Number));
  const { neighbours, fdb, routes } = toNodeEvidence({ ...printed, wireguard: null, unseen: [] });
  const isOwn = ([, via, device]: (typeof routes)[number]) => via !== null && device === printed.flannelDevice;
  const here = digestsOf({ neighbours, fdb, routes: routes.filter(isOwn) }, told[0]?.length ?? 1);
  const digits = (buckets: readonly { readonly checksum: number }[], table: number) =>
    buckets.map(({ checksum }, bucket) => (checksum === told[table]?.[bucket] ? '1' : '0')).join('');
  const agrees = { neighbours: digits(here.neighbours, 0), fdb: digits(here.fdb, 1), routes: digits(here.routes, 2) };
  const left = <Row>(buckets: readonly { readonly rows: readonly Row[] }[], agreed: string) =>
    buckets.flatMap(({ rows }, bucket) => (agreed[bucket] === '1' ? [] : rows));
  return {
    ...printed,
    overlay: [],
    neighbours: left(here.neighbours, agrees.neighbours),
    fdb: left(here.fdb, agrees.fdb),
    routes: [...routes.filter((route) => !isOwn(route)), ...left(here.routes, agrees.routes)],
    agrees,
  };
}

/** Runs at most so many at once; the others wait for their turn. */
function createTurns(most: number): (work: () => Promise<unknown>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
