import { describe, expect, it } from 'vitest';
import { alertFor, fleetUnderTest, sitesOf } from './fleet-under-test.ts';

/** `npm run bench -- --only storm` plays the first minutes of 750 of 1,000. */
const NODES = 400;
const ALERTING = 300;
/** Each look sends ten to twelve commands. */
const MOST_LOOKS = 8;

describe(`the hub fails, and ${ALERTING} of ${NODES} nodes behind it alert`, () => {
  it('is one incident and one question, looks at a few nodes, touches none, and leaves nothing a minute after the hub is back', {
    timeout: 1_200_000,
  }, async () => {
    const work = fleetUnderTest(sitesOf(NODES), ['hub-1']);
    // What a look of so many nodes shows is of no interest here, and takes a lot of memory.
    const { appendReceipt } = work.ports.store;
    work.ports.store.appendReceipt = (entries, change) =>
      appendReceipt(
        [entries].flat().map((entry) => ({ ...entry, detail: null })),
        change,
      );
    const leaves = work.fleet.spokes.slice(0, ALERTING);
    await work.post(...leaves.map(alertFor));
    const phases = async () => Map.groupBy(await work.incidents(), ({ phase }) => phase);
    await work.until(async () => ((await phases()).get('held') ?? []).length === ALERTING);
    expect(work.commands.sent.length).toBeLessThan(MOST_LOOKS * 12);
    expect(work.acted()).toEqual([]);

    await work.until(async () => (await work.ports.approvals.listPending()).length > 0);
    await work.approveAll();
    await work.until(async () => ((await phases()).get('closed') ?? []).some(({ target }) => target.node === 'hub-1'));
    await work.until(async () => (await work.ports.capacity.read()).length === 0, 61);
    await work.until(work.closed, 600);
    expect(work.acted().map(({ document, instanceId }) => `${document} ${instanceId}`)).toEqual([
      'apply mi-hub-1',
      'confirm mi-hub-1',
    ]);
    expect(work.mostOut()).toBe(0);
    expect(work.ports.messenger.questions).toHaveLength(1);
    const told = new Set(work.ports.messenger.notices.map(({ notice }) => notice.incident.target.node));
    expect(told.size).toBeLessThanOrEqual(MOST_LOOKS);
    expect(await work.outcomes()).toEqual(
      [...leaves.map((node) => `${node} self-recovered`), 'hub-1 repaired'].toSorted(),
    );
    await work.expectNothingLeft();
  });
});
