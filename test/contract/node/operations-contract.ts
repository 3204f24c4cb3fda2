import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import type { OperationRow } from './operation-rows.ts';
import { createTunnelNode, type TunnelNode } from './tunnel-node.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const strangersKey = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';

/** Programs that fail when they are asked to change something. */
const onlyLooks = {
  ip: 'case "$*" in *-batch*) exit 99 ;; esac; exec /usr/sbin/ip "$@"',
  bridge: 'case "$*" in *-batch*) exit 99 ;; esac; exec /usr/sbin/bridge "$@"',
  wg: '[ "$1" = show ] || exit 99; exec /usr/bin/wg "$@"',
  ethtool: '[ "$1" = -k ] || exit 99; exec /usr/sbin/ethtool "$@"',
  conntrack: '[ "$1" = -L ] || exit 99; exec /usr/sbin/conntrack "$@"',
  sysctl: 'case "$*" in *-w*) exit 99 ;; esac; exec /usr/sbin/sysctl "$@"',
};

/** Holds operations to their rows: check mode, an armed run and its rollback, a run, and nothing to do the second time. */
export function describeOperations(rows: readonly OperationRow[]): void {
  let made: TunnelNode;
  let keys = 0;

  const named = (text: string) =>
    text
      .replaceAll('WG', made.tunnel)
      .replaceAll('SILENT', made.silentPeer)
      .replaceAll('LIVELY', made.livelyPeer)
      .replaceAll('STRANGER', strangersKey);
  const pattern = ({ source, flags }: RegExp) => {
    const literal = (text: string) => text.replaceAll(/[+.]/g, '\\$&');
    return new RegExp(
      source
        .replaceAll('WG', literal(made.tunnel))
        .replaceAll('SILENT', literal(made.silentPeer))
        .replaceAll('LIVELY', literal(made.livelyPeer))
        .replaceAll('STRANGER', literal(strangersKey)),
      flags,
    );
  };
  const parameters = (lines: readonly string[], others: Readonly<Record<string, string>> = {}) => {
    keys += 1;
    return {
      operationKey: `inc-1.repair.${keys}`,
      fencingToken: '5',
      operations: lines.join(','),
      check: 'false',
      confirmWithinSeconds: '0',
      ...others,
    };
  };

  describe.skipIf(obstacles.length > 0)(`operations on a real kernel${why}`, () => {
    beforeAll(async () => {
      made = await createTunnelNode();
    });
    beforeEach(() => made.reset());
    afterAll(() => made.remove());

    it.each(rows)('$what', async (row) => {
      const { node, state } = made;
      const lines = row.lines.map(named);
      await made.setUp((row.before ?? []).map(named));
      const isSo = async () => {
        for (const [command, prints] of row.so) expect(await node.exec(named(command))).toMatch(pattern(prints));
      };
      const before = await state();

      const check = await node.act('apply', parameters(lines, { check: 'true' }), { programs: onlyLooks });
      expect(check.report).toMatchObject({ status: 'applied', checkOnly: true, changed: lines, failed: [] });
      expect(await state()).toBe(before);

      const armed = parameters(lines, { confirmWithinSeconds: '600' });
      const { report } = await node.act('apply', armed);
      expect(report).toMatchObject({ status: 'applied', changed: lines, failed: [], unchangedCount: 0 });
      expect(report.rollbackAt).toBeGreaterThan(Date.now() / 1_000);
      await isSo();
      const back = await node.act('rollback', { operationKey: armed.operationKey });
      expect(back.report).toMatchObject({ status: 'rolled-back', reason: null });
      expect(await state()).toBe(before);

      await made.setUp((row.again ?? []).map(named));
      expect((await node.act('apply', parameters(lines))).report).toMatchObject({
        status: 'applied',
        changed: lines,
        rollbackAt: null,
      });
      await isSo();
      const after = await state();
      const again = await node.act('apply', parameters(lines, { confirmWithinSeconds: '600' }), {
        programs: onlyLooks,
      });
      expect(again.report).toMatchObject({ status: 'unchanged', changed: [], failed: [], rollbackAt: null });
      expect(again.report.unchangedCount).toBe(lines.length);
      expect(await state()).toBe(after);
    });
  });
}
