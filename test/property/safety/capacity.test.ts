import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCapacityLedger } from '../../../adapters/aws/dynamodb-capacity-ledger.ts';
import type { Item, Table } from '../../../adapters/aws/dynamodb-table.ts';
import type { FleetLabels } from '../../../core/evidence/fleet-map.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { scopesOfAll } from '../../../core/safety/capacity-scope.ts';
import type { CapacityLedger, DisruptionBudgets } from '../../../core/safety/disruption-budget.ts';
import { freeCapacity, reserveCapacity } from '../../../core/safety/reserve-capacity.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { runs } from '../runs.ts';

const labels: FleetLabels = { role: 'role', hub: 'hub', pool: 'pool', site: 'site' };
const NOW = 1_000;
const LATER = 1_000_000;

const budget = fc.record({ maxPercent: fc.integer({ min: 0, max: 60 }), minNodes: fc.constantFrom(0, 1, 1, 2, 2, 3) });
const budgets: fc.Arbitrary<DisruptionBudgets> = fc.record({
  pool: budget,
  site: budget,
  hub: budget,
  cluster: budget,
});

/** One node in six is out of service already. */
const mostlyIn = fc.oneof(
  { weight: 10, arbitrary: fc.constant('no') },
  { weight: 2, arbitrary: fc.constantFrom('cordoned', 'sick') },
);

const fleet = fc
  .array(fc.record({ pool: fc.nat(1), site: fc.nat(1), hub: fc.nat(1), out: mostlyIn }), {
    minLength: 2,
    maxLength: 12,
  })
  .map((places) => [
    nodeOf('hub-0', { role: 'hub' }, 'no'),
    nodeOf('hub-1', { role: 'hub' }, 'no'),
    ...places.map(({ pool, site, hub, out }, index) =>
      nodeOf(`gpu-${index}`, { pool: `p${pool}`, site: `s${site}`, hub: `hub-${hub}` }, out),
    ),
  ]);

function nodeOf(name: string, own: Readonly<Record<string, string>>, out: string): NodeObject {
  return NodeObject.parse({
    metadata: { name, labels: own },
    spec: out === 'cordoned' ? { unschedulable: true } : {},
    status: { conditions: [{ type: 'Ready', status: out === 'sick' ? 'Unknown' : 'True' }] },
  });
}

/** One incident per node: reserves its node and perhaps another, and gives back, as often as it likes; or sweep gates its node. */
const moves = fc.array(
  fc.record({
    who: fc.nat(11),
    also: fc.option(fc.nat(11), { nil: undefined }),
    what: fc.constantFrom('take', 'take', 'give', 'gate'),
  }),
  { maxLength: 40 },
);

/** Where a node is, told by its labels alone. */
const places: readonly ((node: NodeObject) => string | undefined)[] = [
  ({ metadata }) => metadata.labels['pool'],
  ({ metadata }) => metadata.labels['site'],
  ({ metadata }) => metadata.labels['hub'],
  () => 'the cluster',
];

/** No scope has more nodes taken, by whoever believes to have reserved them, than its budget allows. */
function expectWithinBudget(
  taken: ReadonlySet<string>,
  nodes: readonly NodeObject[],
  { pool, site, hub, cluster }: DisruptionBudgets,
): void {
  for (const [index, { maxPercent, minNodes }] of [pool, site, hub, cluster].entries()) {
    const placeOf = places[index] ?? (() => undefined);
    for (const place of new Set(nodes.map(placeOf).filter((name) => name !== undefined))) {
      const members = nodes.filter((node) => placeOf(node) === place);
      const used = members.filter(({ metadata }) => taken.has(metadata.name)).length;
      expect(used, place).toBeLessThanOrEqual(Math.max(minNodes, Math.floor((members.length * maxPercent) / 100)));
    }
  }
}

interface Move {
  readonly who: number;
  readonly also: number | undefined;
  readonly what: string;
}

/** The nodes that the incident has after its move; undefined: it did not get what it wanted. */
async function make(
  { who, also, what }: Move,
  ledger: CapacityLedger,
  nodes: readonly NodeObject[],
  allowed: DisruptionBudgets,
): Promise<readonly string[] | undefined> {
  const gpus = nodes.length - 2;
  const incidentId = `i-${who % gpus}`;
  if (what === 'give') {
    await freeCapacity(ledger, incidentId);
    return [];
  }
  const indexes = [who, ...(also === undefined || what === 'gate' ? [] : [also])].map((index) => index % gpus);
  const wanted = [...new Set(indexes)].map((index) => `gpu-${index}`);
  const gate = what === 'gate' ? ({ gate: true } as const) : {};
  const request = { incidentId, operationKey: 'k', nodes: wanted, now: NOW, expiresAt: LATER, ...gate };
  const verdict = await reserveCapacity(ledger, { nodes, labels, budgets: allowed }, request);
  return verdict.type === 'fits' || verdict.type === 'last' ? wanted : undefined;
}

it('never has more nodes taken than the budget of any scope, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fleet, budgets, moves, async (nodes, allowed, steps) => {
      const ledger = createInMemoryCapacityLedger();
      const takenBy = new Map<number, readonly string[]>();
      // What a run gives back is not what sweep has gated, or is about to taint.
      const gated = new Set<string>();
      for (const step of steps) {
        const who = step.who % (nodes.length - 2);
        const got = await make(step, ledger, nodes, allowed);
        if (step.what === 'gate') for (const name of got ?? []) gated.add(name);
        else if (got !== undefined) takenBy.set(who, step.what === 'give' ? [] : [...(takenBy.get(who) ?? []), ...got]);
        expectWithinBudget(new Set([...gated, ...[...takenBy.values()].flat()]), nodes, allowed);
      }
    }),
    { numRuns: runs(500) },
  );
});

it('never reserves where cordons of others and nodes that are not Ready have used the budget up', async () => {
  await fc.assert(
    fc.asyncProperty(fleet, budgets, fc.nat(11), async (nodes, allowed, who) => {
      const ledger = createInMemoryCapacityLedger();
      const got = await make({ who, also: undefined, what: 'take' }, ledger, nodes, allowed);
      const isOut = (name: string) => {
        const node = nodes.find(({ metadata }) => metadata.name === name);
        return node?.spec.unschedulable === true || node?.status.conditions?.[0]?.status !== 'True';
      };
      const name = `gpu-${who % (nodes.length - 2)}`;
      const crowded = scopesOfAll([name], nodes, labels, allowed).some(
        ({ members, allowed: most }) => new Set([...members.filter(isOut), name]).size > most,
      );
      expect(got !== undefined).toBe(!crowded);
    }),
  );
});

/** One table in memory. `pauses`: how many turns each call lets others go first. */
function racingTable(pauses: readonly number[]): Table {
  const items = new Map<string, Item>();
  let calls = 0;
  const pause = async () => {
    const turns = pauses[calls++ % pauses.length] ?? 0;
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  };
  return {
    get: async ({ pk }) => {
      await pause();
      return items.get(pk);
    },
    put: async ({ pk }, item, expected) => {
      await pause();
      const held = items.get(pk);
      if (expected.type === 'free' ? held !== undefined : held?.['version'] !== expected.version) return false;
      items.set(pk, item);
      return true;
    },
    query: async () => [],
    list: async () => [],
    recall: () => undefined,
  };
}

it('never has more nodes reserved than any budget, with everybody at once on one table', async () => {
  await fc.assert(
    fc.asyncProperty(
      fleet,
      budgets,
      moves,
      fc.array(fc.nat(6), { minLength: 1, maxLength: 9 }),
      async (nodes, allowed, steps, pauses) => {
        const ledger = createCapacityLedger(racingTable(pauses));
        const takes = steps.filter(({ what }) => what !== 'give').slice(0, 6);
        const got = await Promise.all(takes.map((step) => make(step, ledger, nodes, allowed)));
        expectWithinBudget(new Set(got.flatMap((names) => names ?? [])), nodes, allowed);
      },
    ),
    { numRuns: runs(150) },
  );
});
