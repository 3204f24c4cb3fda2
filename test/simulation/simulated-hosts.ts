import { PrintedEvidence } from '../../core/evidence/printed-evidence.ts';
import { parseProbeName } from '../../core/evidence/probe-name.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { CommandResult, CommandRunner, NodeCommand } from '../../core/runbook/node-command.ts';
import type { FakeClock } from '../fakes/fake-clock.ts';
import type { FakeNodeCommands } from '../fakes/fake-node-commands.ts';
import { damaged } from '../property/damage.ts';
import type { Call } from './call-pool.ts';
import type { Lie } from './schedule.ts';

/** A document that changes a host and was run on it, or refused by it. Times are simulated epoch milliseconds. */
export interface Act {
  readonly host: string;
  readonly document: NodeCommand['document'];
  readonly operationKey: string;
  readonly actor: string;
  /** When the runbook decided to send it. */
  readonly madeAt: number;
  readonly at: number;
  readonly until: number;
  /** False: the host's journal or its fence kept it from running. */
  readonly ran: boolean;
}

type Healing = 'apply' | 'restart-agent' | 'bounce' | 'nothing';
export const actingDocuments: readonly string[] = ['apply', 'restart-agent', 'bounce'];

interface Options {
  readonly commands: FakeNodeCommands;
  readonly clock: FakeClock;
  readonly readingMs: number;
  readonly actingSeconds: number;
  readonly currentCall: () => Call | undefined;
  /** True: the journal of every host forgets, and its fence stands open. Only a mutant does that. */
  readonly forgets?: boolean;
}

/**
 * Hosts whose commands take time, that keep a journal and a fence as the real scripts do, that die, and that lie. What heals a
 * host is decided for each break.
 */
export function createSimulatedHosts({
  commands,
  clock,
  readingMs,
  actingSeconds,
  currentCall,
  forgets = false,
}: Options) {
  const acts: Act[] = [];
  const heals = new Map<string, Healing>();
  const dead = new Set<string>();
  const lies = new Map<string, Lie>();
  /** When each host began to be sick for the first time. */
  const everSick = new Map<string, number>();
  /** Every host that ever lied. */
  const everLied = new Set<string>();
  const doneAt = new Map<string, number>();
  const stored = new Map<string, CommandResult>();
  const results = new Map<string, CommandResult>();
  const byKey = new Map<string, string>();
  const tokens = new Map<string, number>();
  let numbers = 0;

  commands.reads = (evidence, host) => {
    const lie = lies.get(host);
    if (lie?.how !== 'damage') return evidence;
    const broken = PrintedEvidence.safeParse(damaged(evidence, lie.damage));
    return broken.success ? broken.data : evidence;
  };
  commands.lost = (probe, host) => {
    const lie = lies.get(host);
    const peer = parseProbeName(probe)?.peer ?? '';
    return dead.has(host) || dead.has(peer) || (lie?.how === 'blames' && peer === lie.victim);
  };

  function refusedBy(command: NodeCommand): CommandResult | undefined {
    if (forgets) return undefined;
    const host = hostOf(command);
    const token = Number(command.parameters['fencingToken'] ?? Number.NaN);
    const known = stored.get(`${command.document} ${command.parameters['operationKey']}`);
    if (known !== undefined && actingDocuments.includes(command.document)) return replayed(known);
    if (token < (tokens.get(host) ?? 0)) return refusal(command, 'stale-token');
    if (!Number.isNaN(token)) tokens.set(host, token);
    return undefined;
  }

  async function run(command: NodeCommand, commandId: string): Promise<void> {
    const host = hostOf(command);
    const acting = actingDocuments.includes(command.document);
    const refused = refusedBy(command);
    const until = clock.now() + (acting ? actingSeconds * 1_000 : readingMs);
    const call = currentCall();
    const who = { actor: call?.actor ?? '', madeAt: call?.madeAt ?? clock.now() };
    if (acting)
      acts.push({
        ...{ host, document: command.document, operationKey: command.operationKey, ...who },
        ...{ at: clock.now(), until, ran: refused === undefined },
      });
    const healing = heals.get(host) ?? 'apply';
    commands.heals = healing === 'nothing' ? [] : [healing];
    const sent = refused === undefined ? await commands.send(command) : undefined;
    const result = sent === undefined ? refused : await commands.result(sent.commandId, command.instanceId);
    if (result === undefined) return;
    stored.set(`${command.document} ${command.parameters['operationKey']}`, result);
    results.set(commandId, result);
    doneAt.set(commandId, until);
  }

  /** The result of each instance of a command that was sent to several. */
  const shared = new Map<string, ReadonlyMap<string, string>>();
  const runner: CommandRunner = {
    findInstance: async (name) => ({
      type: 'found',
      instanceId: `mi-${name}`,
      agent: { status: dead.has(name) ? 'offline' : 'online', version: '3.3.2746.0' },
    }),
    send: async (command) => {
      if (dead.has(hostOf(command))) throw new RestitchError('ssm', 'InvalidInstanceId', { retryable: true });
      const commandId = `command-${++numbers}`;
      byKey.set(command.operationKey, commandId);
      await run(command, commandId);
      return { commandId };
    },
    sendToAll: async ({ instanceIds, ...command }) => {
      if (instanceIds.some((instanceId) => dead.has(hostOf({ instanceId }))))
        throw new RestitchError('ssm', 'InvalidInstanceId', { retryable: true });
      const probes = (command.parameters['probes'] ?? '').split(',');
      const own = new Map<string, string>();
      for (const instanceId of instanceIds) {
        const mine = probes.filter((probe) => probe.startsWith(`${instanceId}=`)).map((probe) => probe.split('=')[1]);
        const parameters = { ...command.parameters, probes: mine.join(',') };
        own.set(instanceId, (await runner.send({ ...command, instanceId, parameters })).commandId);
      }
      const commandId = `shared-${++numbers}`;
      shared.set(commandId, own);
      return { commandId };
    },
    findCommand: async (operationKey) => byKey.get(operationKey),
    listUnderWay: async (sharedId) =>
      [...(shared.get(sharedId) ?? [])].flatMap(([instanceId, commandId]) =>
        results.has(commandId) && clock.now() >= (doneAt.get(commandId) ?? 0) ? [] : [instanceId],
      ),
    result: async (sharedId, instanceId) => {
      const commandId = shared.get(sharedId)?.get(instanceId) ?? sharedId;
      if (clock.now() < (doneAt.get(commandId) ?? 0)) return { status: 'running' };
      return results.get(commandId) ?? { status: 'running' };
    },
  };

  return {
    runner,
    acts,
    everSick,
    everLied,
    tells: (host: string, lie: Lie) => {
      lies.set(host, lie);
      everLied.add(host);
    },
    stopsLying: () => lies.clear(),
    dead,
    breaks: (host: string, healing: Healing) => {
      commands.sick.add(host);
      heals.set(host, healing);
      if (!everSick.has(host)) everSick.set(host, clock.now());
    },
    recovers: (host: string) => {
      commands.recover(host);
      dead.delete(host);
    },
    dies: (host: string) => {
      dead.add(host);
      if (!everSick.has(host)) everSick.set(host, clock.now());
    },
    isSick: (host: string) => commands.sick.has(host) || dead.has(host),
  };
}

export type SimulatedHosts = ReturnType<typeof createSimulatedHosts>;

function hostOf({ instanceId }: Pick<NodeCommand, 'instanceId'>): string {
  return instanceId.replace(/^mi-/, '');
}

function replayed(known: CommandResult): CommandResult {
  if (known.status !== 'succeeded') return known;
  return { ...known, stdout: JSON.stringify({ ...JSON.parse(known.stdout), replayed: true }) };
}

function refusal({ document, parameters }: NodeCommand, why: 'stale-token'): CommandResult {
  const report = {
    schema: 'restitch/action/1',
    action: document,
    operationKey: parameters['operationKey'] ?? '',
    status: 'refused',
    replayed: false,
    checkOnly: false,
    changed: [],
    unchangedCount: 0,
    failed: [],
    reason: why,
    refusal: why,
    rollbackAt: null,
  };
  return { status: 'succeeded', stdout: JSON.stringify(report), truncated: false };
}
