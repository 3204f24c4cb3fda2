import { assertNever } from '../../core/assert-never.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import { executionName } from '../../core/incident/incident.ts';
import { startNextRun } from '../../functions/dispatch/dispatch.ts';
import { withAnnotations } from '../fakes/with-annotations.ts';
import type { SimulatedAlertmanager } from './alertmanager.ts';
import type { People } from './people.ts';
import type { Happening } from './schedule.ts';
import type { Streams } from './streams.ts';
import { HUB, type World } from './world.ts';

export interface Surroundings {
  readonly world: World;
  readonly alertmanager: SimulatedAlertmanager;
  readonly people: People;
  readonly streams: Streams;
  readonly sweep: () => void;
}

const copiedAnnotations = ['flannel.alpha.coreos.com/public-ip', 'flannel.alpha.coreos.com/backend-data'];

/** Lets one thing happen in the world. */
export function happen(happening: Happening, { world, alertmanager, people, streams, sweep }: Surroundings): void {
  const { hosts, chain, failing, fleet, say } = world;
  const named = 'node' in happening ? world.nodeOf(happening.node) : '';
  say('world', describe(happening, named));
  switch (happening.type) {
    case 'breaks':
      hosts.breaks(named, happening.heals);
      // Whoever is behind a hub cannot be reached either.
      for (const node of named === HUB ? [HUB, ...fleet.spokes] : [named]) alertmanager.fire(node, happening.webhook);
      return;
    case 'recovers':
      recover(world, named);
      return;
    case 'dies':
      hosts.dies(named);
      changeReady(world, named, 'Unknown');
      alertmanager.fire(named, 'once');
      return;
    case 'is-created-anew':
      recover(world, named);
      chain.ports.cluster.change(named, () => anewOf(world, named));
      return;
    case 'is-cordoned':
    case 'is-uncordoned': {
      const unschedulable = happening.type === 'is-cordoned';
      chain.ports.cluster.change(named, (node) => ({ ...node, spec: { ...node.spec, unschedulable } }));
      return;
    }
    case 'alert':
      alertmanager.sendStray(named, happening.status, happening.byAddress);
      return;
    case 'lies':
      lie(world, named, world.nodeOf(happening.victim), happening.lie);
      return;
    case 'pause':
      people.pause(happening.scope);
      return;
    case 'resume':
      people.scopesInForce().forEach(people.resume);
      return;
    case 'sweep':
      sweep();
      return;
    case 'is-taken-for-dead':
    case 'starts-late':
      anotherRun(world, happening.type);
      return;
    case 'table-is-lost':
      people.forgetPauses();
      world.loseTable();
      return;
    case 'process-dies':
      failing.killAtNextCall(happening.whose, happening.after);
      return;
    case 'calls-fail':
      failing.fail(happening.dependency, happening.mode, { calls: happening.calls });
      return;
    case 'outage':
      failing.fail(happening.dependency, happening.mode, { seconds: happening.seconds });
      return;
    case 'stream':
      streams.disturb(happening.how);
      return;
    case 'deployment':
      if (happening.of !== 'alias') world.deploy('functions');
      if (happening.of !== 'functions') world.deploy('alias');
      return;
    default:
      assertNever(happening);
  }
}

function describe(happening: Happening, named: string): string {
  const { type, ...parts } = happening;
  const rest = Object.entries(parts).flatMap(([name, value]) =>
    name === 'node' || name === 'when' ? [] : [`${name} ${JSON.stringify(value)}`],
  );
  return [named, type, ...rest].filter((word) => word !== '').join(' ');
}

/** A person mends it, or it heals by itself. */
export function recover(world: World, name: string): void {
  world.hosts.recovers(name);
  changeReady(world, name, 'True');
}

function changeReady({ chain }: World, name: string, status: string): void {
  chain.ports.cluster.change(name, (node) => {
    const others = (node.status.conditions ?? []).filter(({ type }) => type !== 'Ready');
    return { ...node, status: { ...node.status, conditions: [...others, { type: 'Ready', status }] } };
  });
}

/** The same name and addresses, another UID, and nothing of ours on it. */
function anewOf(world: World, name: string): NodeObject {
  const node = world.originalOf(name);
  if (node === undefined) throw new TypeError(`no node ${name}`);
  return { ...node, metadata: { ...node.metadata, uid: `uid-of-${name}-at-${world.clock.now()}` } };
}

function lie(world: World, liar: string, victim: string, how: Extract<Happening, { type: 'lies' }>['lie']): void {
  const { hosts, chain } = world;
  hosts.tells(liar, typeof how === 'object' ? { how: 'damage', damage: how } : { how, victim });
  if (how !== 'copies' || liar === victim) return;
  const theirs = Object.entries(world.originalOf(victim)?.metadata.annotations ?? {});
  const copied = Object.fromEntries(theirs.filter(([name]) => copiedAnnotations.includes(name)));
  chain.ports.cluster.change(liar, (node) => withAnnotations(node, copied));
}

/** Sweep takes a run for dead that is not, or an earlier run starts only now. */
function anotherRun({ chain, begin, say }: World, type: 'is-taken-for-dead' | 'starts-late'): void {
  begin('sweep-by-mistake', async () => {
    for (const incident of await chain.ports.store.listOpen()) {
      if (type === 'is-taken-for-dead') {
        await startNextRun(incident, { ...chain.seenBy('sweep'), engine: chain.seenEngine });
      } else if (incident.run > 1) {
        const late = { incidentId: incident.incidentId, run: incident.run - 1 };
        await chain.seenEngine.start(`${executionName(late)}-late`, late);
      }
    }
    say('sweep-by-mistake', 'ends', false);
  });
}
