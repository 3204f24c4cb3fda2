import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName } from '../../../core/incident/incident.ts';
import { startNextRun } from '../../../functions/dispatch/dispatch.ts';
import { createChainUnderTest, withHook } from '../../fakes/chain-under-test.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { runs } from '../runs.ts';

/** Documents that change a node before anybody has looked again. */
const acting: readonly string[] = ['apply', 'restart-agent', 'bounce'];

const NAMES = { byName: { node: 'gpu-1' }, byAddress: { instance: '10.200.0.11:9100' } };

/** What may happen between any two accesses to the table. `after`: how many accesses later than the event before. */
const event = fc.record({
  after: fc.nat({ max: 25 }),
  type: fc.oneof(
    { weight: 4, arbitrary: fc.constant('breaks' as const) },
    { weight: 2, arbitrary: fc.constant('resolves' as const) },
    { weight: 1, arbitrary: fc.constant('sweeps' as const) },
    { weight: 1, arbitrary: fc.constant('is-taken-for-dead' as const) },
    { weight: 1, arbitrary: fc.constant('starts-late' as const) },
  ),
  label: fc.constantFrom('byName' as const, 'byAddress' as const),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** Plays the events at their accesses to the table, and lets everything come to its end. */
async function play(events: readonly Event[]) {
  const chain = createChainUnderTest({ STABLE_SECONDS: '5', APPROVAL_TIMEOUT_SECONDS: '60' });
  const plain = chain.ports.store;
  /** Executions that another one has replaced, each with how many commands were sent by then. */
  const replaced: { readonly name: string; readonly sent: number }[] = [];
  const accepted: { readonly fingerprint: string; readonly startsAt: number }[] = [];

  const alert = (index: number, status: 'firing' | 'resolved', label: Event['label']) =>
    rawAlert({
      status,
      labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', ...NAMES[label] },
      fingerprint: `f${index}`,
    });

  async function happen({ type, label }: Event): Promise<void> {
    const open = await plain.listOpen();
    switch (type) {
      case 'breaks': {
        chain.commands.broken = true;
        const raw = alert(accepted.length, 'firing', label);
        accepted.push({ fingerprint: `f${accepted.length}`, startsAt: Date.parse(String(raw['startsAt'])) });
        await chain.post(raw);
        return;
      }
      case 'resolves':
        if (accepted.length > 0) await chain.post(alert(accepted.length - 1, 'resolved', label));
        return;
      case 'sweeps':
        await chain.sweep();
        return;
      case 'is-taken-for-dead':
        for (const incident of open) {
          replaced.push({ name: executionName(incident), sent: chain.commands.sent.length });
          await startNextRun(incident, { store: plain, engine: chain.engine, clock: chain.clock.now });
        }
        return;
      case 'starts-late':
        for (const { incidentId, run } of open) {
          if (run === 1) continue;
          const late = { incidentId, run: run - 1 };
          await chain.engine.start(`${executionName(late)}-late`, late);
        }
        return;
      default:
        throw new TypeError(`no event ${type satisfies never}`);
    }
  }

  /** Moments at which gpu-1 was broken, its alert accepted, and no incident open. */
  let forgotten = 0;
  const left = [...events];
  let wait = left[0]?.after ?? 0;
  let busy = false;

  /** One event, without others in between. */
  async function alone(one: Event | undefined): Promise<void> {
    busy = true;
    wait = left[0]?.after ?? 0;
    if (one !== undefined) await happen(one);
    busy = false;
  }

  chain.ports.store = withHook(plain, async () => {
    // Every access takes a moment, so that the receipt has one order.
    chain.clock.advanceSeconds(0.001);
    if (busy) return;
    busy = true;
    if (chain.commands.broken && (await plain.listOpen()).length === 0) forgotten += 1;
    busy = false;
    if (left.length > 0 && wait-- <= 0) await alone(left.shift());
  });
  await alone({ after: 0, type: 'breaks', label: 'byName' });
  await chain.until(async () => {
    const open = await plain.listOpen();
    // When everything is closed, nothing accesses the table until the next event.
    if (open.length === 0 && left.length > 0) await alone(left.shift());
    // What the ladder could not heal, a person does.
    if (left.length === 0 && open.every(({ phase }) => phase === 'handed-over')) chain.commands.broken = false;
    return left.length === 0 && (await plain.listOpen()).length === 0;
  }, 20_000);
  return { chain, accepted, replaced, forgotten, store: plain };
}

describe('whatever happens between any two accesses to the table', () => {
  it('every accepted alert is looked at before its incident ends, and a broken node has an open one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 6 }), async (events) => {
        const { accepted, forgotten, store } = await play(events);
        const incidents = await store.listRecent(1_000);
        const receipts = await Promise.all(incidents.map(({ incidentId }) => store.readReceipt(incidentId)));
        for (const { fingerprint, startsAt } of accepted) {
          const key = `d.${fingerprint}.${startsAt}.firing`;
          const receipt = receipts.find((entries) => entries.some(({ entryId }) => entryId === key)) ?? [];
          const attached = receipt.findIndex(({ entryId }) => entryId === key);
          const later = receipt.slice(attached + 1).map(({ event: name }) => name);
          expect(receipt[attached]).toBeDefined();
          // A duplicate is looked at by the incident that has its alerts.
          expect(later.includes('diagnosis') || receipt.some(({ summary }) => summary.includes('duplicate'))).toBe(
            true,
          );
          expect(later).toContain('closed');
        }
        expect(forgotten).toBe(0);
      }),
      { numRuns: runs(25) },
    );
  });

  it('a run that was replaced does not act any more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 6 }), async (events) => {
        const { chain, replaced } = await play(events);
        for (const { name, sent } of replaced) {
          const runOf = (key: string) => /\.(\d+)-\d+(-\d+)?$/.exec(key)?.[1];
          const after = chain.commands.sent.slice(sent).filter(({ document }) => acting.includes(document));
          for (const { operationKey } of after) {
            const [incidentId = ''] = operationKey.split(/\.(?:reconcile|restart-agent|bounce)\./);
            expect(executionName({ incidentId, run: Number(runOf(operationKey)) })).not.toBe(name);
          }
        }
      }),
      { numRuns: runs(25) },
    );
  });
});
