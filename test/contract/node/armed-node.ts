import { expect, test } from 'vitest';
import type { ActionReport } from '../../../core/repair/action-report.ts';
import type { ProcessIdentity } from '../../../lab/process-identity.ts';
import { endTimers, type KillPoint, killing, outdated, repairOf, timerIn } from './armed-repair.ts';
import type { NamespaceNode } from './namespace-pair.ts';
import { createTunnelNode, type TunnelNode } from './tunnel-node.ts';

interface Keyed {
  readonly operationKey: string;
}

type Parameters = Keyed & Readonly<Record<string, string>>;

/** A node that needs a repair of every kind, for one test. */
export interface ArmedNode {
  readonly made: TunnelNode;
  readonly node: NamespaceNode;
  /** The repair. */
  lines(): readonly string[];
  /** Parameters of an apply with a key of its own: of the whole repair, armed for ten minutes, if not told otherwise. */
  parameters(operations?: readonly string[], others?: Readonly<Record<string, string>>): Parameters;
  timerOf(operationKey: string): Promise<ProcessIdentity>;
  journalOf(given: Keyed): Promise<ActionReport>;
}

export const keyOf = ({ operationKey }: Keyed): Keyed & Readonly<Record<string, string>> => ({ operationKey });

/** A test with such a node: those of one file can run at the same time. */
export const onArmedNode = test.extend('armed', async ({ onTestFinished }): Promise<ArmedNode> => {
  const made = await createTunnelNode();
  const { node } = made;
  let keys = 0;
  onTestFinished(async () => {
    await endTimers(node);
    await made.remove();
  });
  await made.setUp(outdated);
  const lines = () => repairOf(made);
  return {
    made,
    node,
    lines,
    parameters: (operations = lines(), others = {}) => {
      keys += 1;
      return {
        operationKey: `inc-1.repair.${keys}`,
        fencingToken: '5',
        operations: operations.join(','),
        check: 'false',
        confirmWithinSeconds: '600',
        ...others,
      };
    },
    timerOf: (operationKey) => timerIn(node, operationKey),
    journalOf: async (given) => (await node.act('read-journal', keyOf(given))).report,
  };
});

/** Kills an apply at a point and asks for its key: everything goes back, and the next repair finds its way. */
export async function killAndAskAgain(armed: ArmedNode, point: KillPoint): Promise<void> {
  const { made, node, lines, parameters } = armed;
  const before = await made.state();
  const given = parameters();
  expect((await node.run('apply', given, { programs: killing(node, point) })).code).toBeNull();
  const { report } = await node.act('apply', given);
  if (point.answer === 'rolled-back') {
    expect(report, JSON.stringify(report)).toMatchObject({
      status: 'rolled-back',
      replayed: false,
      rollbackAt: null,
    });
  } else {
    expect(report).toMatchObject({ status: 'applied', replayed: point.answer === 'stored' });
    expect((await node.act('rollback', keyOf(given))).report.status).toBe('rolled-back');
  }
  expect(await made.state()).toBe(before);
  expect((await node.act('apply', parameters(lines(), { confirmWithinSeconds: '0' }))).report).toMatchObject({
    status: 'applied',
    failed: [],
  });
}
