import { tableDefinition } from '../../adapters/aws/table-definition.ts';
import type { TableRequests } from '../../adapters/aws/table-requests.ts';
import type { Messenger } from '../../core/incident/messenger.ts';
import type { CommandRunner, DocumentName } from '../../core/runbook/node-command.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { bytesOf } from './counting-table.ts';

/** Calls to everything outside. A call that is made in pages counts once; what two requests make counts twice. */
export interface Calls {
  /** Each SendCommand. Commands that are sent while none is under way begin a round, the first is 1: rounds are waited for one after the other. */
  readonly commands: { readonly document: DocumentName; readonly round: number; readonly onHub: boolean }[];
  /** Which hosts are still at work on a command that went to several. */
  lists: number;
  /** Of their results. */
  polls: number;
  kubernetes: number;
  /** Those that list every Node. */
  listings: number;
  /** Of the table. A request for many items counts once. */
  reads: number;
  writes: number;
  slack: number;
  /** What the writes weigh, in units of 1 KiB: all of them, those of one index partition, and those of the cluster's breakers. */
  readonly writeUnits: { table: number; listing: number; breakers: number };
}

export const noCalls = (): Calls => ({
  ...{ commands: [], lists: 0, polls: 0, kubernetes: 0, listings: 0, reads: 0, writes: 0, slack: 0 },
  writeUnits: { table: 0, listing: 0, breakers: 0 },
});

/** The same port, which `noted` is told of every call of. */
function watched<T extends object>(port: T, noted: (method: string) => void): T {
  return new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        noted(String(key));
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/** These read the Node before they write it, or write two objects. */
const twoRequests = ['placeClaim', 'releaseClaim', 'reportOverlay'];

export function countedCluster<T extends Cluster>(cluster: T, calls: Calls): T {
  return watched(cluster, (method) => {
    calls.kubernetes += twoRequests.includes(method) ? 2 : 1;
    if (method === 'listNodes') calls.listings += 1;
  });
}

export function countedTable(table: TableRequests, calls: Calls): TableRequests {
  return {
    ...watched(table, (method) => {
      if (method !== 'put') calls.reads += 1;
    }),
    put: (key, item, expected) => {
      calls.writes += 1;
      const units = Math.ceil(bytesOf({ ...key, ...item }) / 1_024);
      const isListed = item[tableDefinition.listing.partitionKey] !== undefined;
      calls.writeUnits.table += isListed ? 2 * units : units;
      if (isListed && key.pk.startsWith('INCIDENT#')) calls.writeUnits.listing += units;
      if (key.pk.startsWith('BREAKERS#')) calls.writeUnits.breakers += units;
      return table.put(key, item, expected);
    },
  };
}

export function countedMessenger<T extends Messenger>(messenger: T, calls: Calls): T {
  return watched(messenger, () => {
    calls.slack += 1;
  });
}

/** Of `hub-1` in the fleets of tests. */
const HUB_INSTANCE = 'mi-hub-1';

/** Run Command, of which each command takes `seconds` from its sending on every host. */
export function slowCommands<T extends CommandRunner>(
  commands: T,
  calls: Calls,
  clock: () => number,
  seconds: number,
): T {
  const sentAt = new Map<string, number>();
  const hosts = new Map<string, readonly string[]>();
  const underWay = new Set<string>();
  const send = async (
    document: DocumentName,
    instanceIds: readonly string[],
    sending: Promise<{ readonly commandId: string }>,
  ) => {
    const latest = calls.commands.at(-1)?.round ?? 0;
    const onHub = instanceIds.includes(HUB_INSTANCE);
    calls.commands.push({ document, round: underWay.size === 0 ? latest + 1 : latest, onHub });
    const { commandId } = await sending;
    sentAt.set(commandId, clock());
    hosts.set(commandId, instanceIds);
    for (const instanceId of instanceIds) underWay.add(`${commandId} ${instanceId}`);
    return { commandId };
  };
  const isUnderWay = (commandId: string) => clock() < (sentAt.get(commandId) ?? 0) + seconds * 1_000;
  const own: Pick<CommandRunner, 'send' | 'sendToAll' | 'listUnderWay' | 'result'> = {
    send: (command) => send(command.document, [command.instanceId], commands.send(command)),
    sendToAll: (command) => send(command.document, command.instanceIds, commands.sendToAll(command)),
    listUnderWay: async (commandId) => {
      calls.lists += 1;
      return isUnderWay(commandId) ? (hosts.get(commandId) ?? []) : commands.listUnderWay(commandId);
    },
    result: async (commandId, instanceId) => {
      calls.polls += 1;
      if (isUnderWay(commandId)) return { status: 'running' };
      underWay.delete(`${commandId} ${instanceId}`);
      return commands.result(commandId, instanceId);
    },
  };
  return { ...commands, ...own };
}
