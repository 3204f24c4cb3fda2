import * as z from 'zod';
import type { Call, Fate } from './call-pool.ts';

const Command = z.object({ document: z.string(), instanceId: z.string(), operationKey: z.string() });
const Key = z.object({ pk: z.string(), sk: z.string() });
const Item = z.object({ phase: z.string().optional(), status: z.string().optional(), run: z.number().optional() });

const reads: readonly string[] = [
  ...[
    'table.get',
    'table.getMany',
    'table.query',
    'table.list',
    'clock.sleep',
    'commands.findInstance',
    'commands.result',
    'commands.listUnderWay',
  ],
  ...['commands.findCommand', 'cluster.listNodes', 'cluster.getNode', 'cluster.readInventory', 'cluster.listLeaseAges'],
  ...['cluster.probeKubelet', 'cluster.readWorkload', 'cluster.readPods', 'cluster.reportOverlay', 'engine.describe'],
];

/** True for what changes something, and for everything that does not go well. */
export function isTelling({ port, method, args }: Call, fate: Fate['type']): boolean {
  if (fate !== 'goes-well') return true;
  const name = `${port}.${method}`;
  if (reads.includes(name)) return false;
  if (name === 'commands.sendToAll') return false;
  if (name === 'commands.send') return !/^(diagnose|read-journal)/.test(commandOf(args[0]));
  if (name === 'table.put') return Key.safeParse(args[0]).data?.sk === 'RECORD';
  return port !== 'messenger';
}

/** Whether something outside is changed by it, or told something. */
export function isEffect({ port, method }: Call): boolean {
  const name = `${port}.${method}`;
  return name === 'cluster.reportOverlay' || !reads.includes(name);
}

/** Whether it sends a document that changes a host. */
export function isAct({ port, method, args }: Call): boolean {
  return port === 'commands' && method === 'send' && /^(apply|bounce|restart-agent) /.test(commandOf(args[0]));
}

/** `commands.send apply to gpu-1, lab.gpu-1.…: reply lost`. Nothing in it is random, such as the id of a callback. */
export function describeCall({ port, method, args }: Call, fate: Fate['type'], result: unknown): string {
  const ending = fate === 'goes-well' ? outcomeOf(result) : `: ${fate}`;
  return `${port}.${method} ${argumentsOf(port, method, args)}${ending}`.replaceAll(/\s+/g, ' ');
}

function argumentsOf(port: string, method: string, args: readonly unknown[]): string {
  const [first] = args;
  if (port === 'commands' && method === 'send') return commandOf(first);
  if (port === 'table') return `${keyOf(first)}${method === 'put' ? stateOf(args[1]) : ''}`;
  if (port === 'engine' && method === 'completeCallback') return JSON.stringify(args[1]);
  if (port === 'messenger' || port === 'queue') return '';
  return typeof first === 'string' || typeof first === 'number' ? String(first) : '';
}

function commandOf(value: unknown): string {
  const command = Command.safeParse(value).data;
  return command === undefined ? '' : `${command.document} to ${command.instanceId}, ${command.operationKey}`;
}

function keyOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(keyOf).join(', ');
  const key = Key.safeParse(value).data;
  return key === undefined ? String(value) : `${key.pk} ${key.sk}`;
}

function stateOf(value: unknown): string {
  const { phase, status, run } = Item.safeParse(value).data ?? {};
  const state = [phase, status, run === undefined ? undefined : `run ${run}`].filter((each) => each !== undefined);
  return state.length === 0 ? '' : ` (${state.join(', ')})`;
}

const Typed = z.object({ type: z.string() });

function outcomeOf(result: unknown): string {
  if (result === false) return ': another writer was first';
  if (result === 'gone' || result === 'exists') return `: ${result}`;
  const typed = Typed.safeParse(result);
  return typed.success ? `: ${typed.data.type}` : '';
}
