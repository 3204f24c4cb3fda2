import { checkInventory } from '../../core/inventory/check-inventory.ts';
import { PAUSE_LIST, pauseFor } from '../../core/safety/pause.ts';
import {
  type ExpectedFleet,
  type ExpectedNetworkFile,
  expectedNetworkFiles,
} from '../../core/watchdog/expected-network-file.ts';
import { fileOf, filesDue, type KeptFile, type KeptFiles } from '../../core/watchdog/kept-files.ts';
import type { FileSettings } from './expected-network-environment.ts';
import type { FilePorts, WantedNode } from './file-ports.ts';
import { readAnswers, sendFiles } from './send-files.ts';

/** A fleet of twice as many is up to date within two minutes, which is how long an alert on a missing peer waits. */
const MOST_PER_PASS = 100;

/**
 * Keeps the file `expected-network` of every node what the Node objects and the inventory say. A pass sends commands and does
 * not wait for them: the next one reads what became of them. Returns how many were sent.
 */
export async function keepExpectedNetworks(ports: FilePorts, settings: FileSettings): Promise<number> {
  const fleet = await readFleet(ports, settings);
  if (fleet === undefined) return 0;
  const wanted = wantedNodes(fleet, ports);
  const kept = await ports.files.get(settings.clusters[0]);
  const answered = await readAnswers(ports, wanted, kept);
  const known: KeptFiles = { nodes: { ...kept?.nodes, ...Object.fromEntries(answered) } };
  const allowed = await unpaused(ports, wanted, settings);
  const due = filesDue(allowed, known, ports.clock(), MOST_PER_PASS).flatMap((name) => allowed.get(name) ?? []);
  const tried = await sendFiles(ports, due, known);
  await store(ports, settings, wanted, new Map([...answered, ...tried]));
  const sent = [...tried.values()].filter((file) => file.sent !== undefined).length;
  const written = [...answered.values()].filter(({ failures }) => failures === 0).length;
  if (tried.size + answered.size > 0)
    ports.log.info('expected-networks', { sent, tried: tried.size, answered: answered.size, written });
  return sent;
}

/** Undefined: nothing is written now, and why is logged. A record of the fleet that cannot be relied on is not guessed at. */
async function readFleet({ cluster, log }: FilePorts, settings: FileSettings): Promise<ExpectedFleet | undefined> {
  const { labels, devices, inventoryNamespace, maxNodes } = settings;
  const nodes = await cluster.listNodes();
  if (nodes.length > maxNodes) {
    log.info('expected-networks-not-kept', { reason: `${nodes.length} nodes are more than ${maxNodes}` });
    return undefined;
  }
  const reading = await cluster.readInventory(inventoryNamespace);
  if (reading.type === 'absent') return { nodes, labels, devices };
  if (reading.type === 'read' && checkInventory(reading.inventory).length === 0)
    return { nodes, labels, devices, inventory: reading.inventory };
  const reason = reading.type === 'unusable' ? reading.reason : 'the inventory contradicts itself';
  log.warn('expected-networks-not-kept', { reason });
  return undefined;
}

/** The digest of the members is made once for all nodes of an overlay. */
function wantedNodes(fleet: ExpectedFleet, { digest }: FilePorts): ReadonlyMap<string, WantedNode> {
  const files = expectedNetworkFiles(fleet);
  const digests = new Map<ExpectedNetworkFile['members'], string>();
  const ofMembers = (members: ExpectedNetworkFile['members']) => {
    const known = digests.get(members) ?? digest([...members.values()].join('\n'));
    digests.set(members, known);
    return known;
  };
  return new Map(
    fleet.nodes.flatMap((node) => {
      const { name, uid = '' } = node.metadata;
      const file = files.get(name);
      if (file === undefined) return [];
      return [[name, { node, file, uid, digest: digest(`${file.self}\n${ofMembers(file.members)}`) }] as const];
    }),
  );
}

/** A pause of everything, of the cluster or of a node's pool is a person's word that nothing is changed on the node. */
async function unpaused(
  { safety, clock }: FilePorts,
  wanted: ReadonlyMap<string, WantedNode>,
  { clusters, labels }: FileSettings,
): Promise<ReadonlyMap<string, WantedNode>> {
  const pauses = await safety.pauses.get(PAUSE_LIST);
  const now = clock();
  const isPaused = ({ node }: WantedNode) => {
    const pool = node.metadata.labels[labels.pool];
    const subject = { pools: pool === undefined ? [] : [pool], class: 'healthy' } as const;
    return ['', ...clusters].some((cluster) => pauseFor(pauses, { cluster, ...subject }, now) !== undefined);
  };
  return new Map([...wanted].filter(([, node]) => !isPaused(node)));
}

/** Nodes that are gone, or were made anew, are forgotten. */
async function store(
  { files }: FilePorts,
  { clusters: [cluster] }: FileSettings,
  wanted: ReadonlyMap<string, WantedNode>,
  changed: ReadonlyMap<string, KeptFile>,
): Promise<void> {
  await files.change(cluster, (current) => {
    const left = [...wanted].flatMap(([name, want]) => {
      const file = changed.get(name) ?? fileOf(current, name, want);
      return file === undefined ? [] : [[name, file] as const];
    });
    const isSame = changed.size === 0 && left.length === Object.keys(current?.nodes ?? {}).length;
    return isSame ? undefined : { nodes: Object.fromEntries(left) };
  });
}
