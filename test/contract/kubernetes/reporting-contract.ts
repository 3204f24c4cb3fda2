import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { hasCondition, OVERLAY_CONDITION, type OverlayReport } from '../../../core/safety/overlay-condition.ts';
import { textOf } from './cluster-under-test.ts';
import type { ContractContext } from './contract-context.ts';

const Events = z.object({
  items: z.array(
    z.looseObject({
      involvedObject: z.looseObject({ name: z.string() }),
      type: z.string(),
      reason: z.string(),
      message: z.string(),
    }),
  ),
});

const sick = { status: 'False', reason: 'VxlanWedge', message: 'fdb-missing on gpu-1' } as const;

const reportOf = (node: string, more: Partial<OverlayReport> = {}): OverlayReport => ({
  node,
  uid: undefined,
  condition: sick,
  eventName: `restitch.${node}.1`,
  at: Date.UTC(2026, 10, 21, 3),
  ...more,
});

/** What others may act on: the Node condition and its Events. */
export function describeReporting(context: ContractContext): void {
  const eventsAbout = async (node: string) => {
    const list = textOf(await context.others().call('GET', '/api/v1/namespaces/default/events'));
    return Events.parse(JSON.parse(list)).items.filter(({ involvedObject }) => involvedObject.name === node);
  };

  describe('reporting a node’s overlay', () => {
    it('sets the condition beside those of others, tells one Event, and changes both when the fault ends', async () => {
      const name = await context.underTest().freshNode();
      const before = (await context.others().node(name)).status.conditions ?? [];
      await context.cluster().reportOverlay(reportOf(name));
      const node = await context.others().node(name);
      expect(hasCondition(node, sick)).toBe(true);
      expect((node.status.conditions ?? []).filter(({ type }) => type !== OVERLAY_CONDITION)).toEqual(before);
      const well = { status: 'True', reason: 'Healthy', message: 'all-paths-pass' } as const;
      await context.cluster().reportOverlay(reportOf(name, { condition: well, eventName: `restitch.${name}.2` }));
      expect(hasCondition(await context.others().node(name), well)).toBe(true);
      expect(await eventsAbout(name)).toMatchObject([
        { type: 'Warning', reason: 'OverlayVxlanWedge', message: 'fdb-missing on gpu-1' },
        { type: 'Normal', reason: 'OverlayHealthy' },
      ]);
    });

    it('tells a repeated report once', async () => {
      const name = await context.underTest().freshNode();
      await context.cluster().reportOverlay(reportOf(name));
      await context.cluster().reportOverlay(reportOf(name));
      expect(await eventsAbout(name)).toHaveLength(1);
    });

    it('needs no Node that is gone', async () => {
      await context.cluster().reportOverlay(reportOf('no-such-node'));
      expect(await eventsAbout('no-such-node')).toEqual([]);
    });
  });
}
