import { toReceiptItem } from '../../../adapters/aws/receipt-item.ts';
import type { Item, TableRequests } from '../../../adapters/aws/table-requests.ts';
import { pack } from '../../../adapters/packed.ts';
import { approvalMessage, settledApprovalMessage } from '../../../adapters/slack/approval-message.ts';
import { noticeMessage } from '../../../adapters/slack/incident-message.ts';
import { planMessage } from '../../../adapters/slack/plan-message.ts';
import { toArguments } from '../../../adapters/slack/slack-messenger.ts';
import { printable } from '../../../cli/printable.ts';
import { explainReceipt } from '../../../core/incident/explain.ts';
import { emptyTimeline, sentencesOf } from '../../../core/incident/timeline.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { storesOver } from '../../fakes/recording-table.ts';
import { approvalOf, briefOf, incidentOf, receiptOf } from '../../fakes/sample-records.ts';
import { slackTexts } from '../slack-texts.ts';
import type { FuzzTarget, Seen } from '../target.ts';

const BINARY = 'base64:';
const line = { ...receiptOf(), more: true };
const timeline = { lines: [line, { ...line, entryId: 'r0001.0002', summary: 'two' }], leftOut: 3 };
const at = Date.parse('2026-11-21T00:02:41.912Z');
const decider = { id: 'U0ALICE', name: 'alice', reason: 'the rack is being moved' };
const guard = { guard: 'budget', verdict: { type: 'deny', reason: 'one is out' }, inputs: { scope: 'pool a100' } };
const entry = receiptOf({ event: 'guard', detail: { decisions: [guard] } });

const items: readonly Item[] = [
  { ...incidentOf({ timeline, diagnosis: 'vxlan-wedge' }), entries: { 'r0001.0001': packed(entry) } },
  { ...approvalOf({ brief: briefOf(), atRisk: ['a job'] }), version: 1 },
  {
    ...approvalOf({ status: 'denied', decidedBy: decider, decidedAt: at }),
    packedLines: packed(['a', 'b']),
    version: 2,
  },
  withText(toReceiptItem(entry)),
  { ...receiptOf() },
  {
    record: { pauses: [{ scope: { type: 'all' }, reason: 'why', by: 'alice', since: at, until: null }], set: 1 },
    version: 1,
  },
  { record: { cluster: 'lab-1', broken: [{ node: 'gpu-1', at, scopes: ['pool=a100'] }], tripped: {} }, version: 1 },
  { record: { acts: [], troubles: [{ incidentId: 'lab-1.gpu-1.1', at }], undone: null }, version: 1 },
];

/** An item of the table, as another version or a person may have left it: read back, and shown where people read it. */
export const storedRecord: FuzzTarget = {
  name: 'stored-record',
  samples: items.map((item) => JSON.stringify({ pk: 'A#1', sk: 'RECORD', ...item })),
  format: 'json',
  share: 9,
  receive: async (input) => {
    const item = itemOf(input);
    if (item === undefined) return {};
    const { approvals, store, safety } = storesOver(alwaysHolding(item));
    const seen = await Promise.all([
      reading(async () => {
        const approval = await approvals.get('a');
        if (approval === undefined) return {};
        const messages = [approvalMessage(approval), settledApprovalMessage(approval), planMessage(approval, 0)];
        return { slack: slackTexts(messages.map(toArguments)) };
      }),
      reading(async () => {
        const incident = await store.get('lab-1.gpu-1.1');
        if (incident === undefined) return {};
        const lines = sentencesOf(incident.timeline ?? emptyTimeline);
        return { slack: slackTexts(toArguments(noticeMessage({ incident, timeline: lines }))) };
      }),
      reading(async () => ({
        printed: explainReceipt(await store.readReceipt('lab-1.gpu-1.1')).map((each) => printable(each)),
      })),
      ...[safety.pauses, safety.standing, safety.memories, safety.tracks, safety.breakers].map((records) =>
        reading(async () => {
          await records.get('lab-1');
          return {};
        }),
      ),
    ]);
    return {
      refused: seen.flatMap(({ refused = [] }) => refused),
      slack: seen.flatMap(({ slack = [] }) => slack),
      printed: seen.flatMap(({ printed = [] }) => printed),
    };
  },
};

/** What a store refuses is a `RestitchError`; every other error is a failure. */
async function reading(read: () => Promise<Seen>): Promise<Seen> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    return { refused: [error.message] };
  }
}

function packed(value: unknown): string {
  return BINARY + pack(JSON.stringify(value)).toString('base64');
}

function withText(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      value instanceof Uint8Array ? BINARY + Buffer.from(value).toString('base64') : value,
    ]),
  );
}

/** Undefined where it is no item at all: the table holds objects. */
function itemOf(input: string): Item | undefined {
  try {
    const value: unknown = JSON.parse(input, (_, each: unknown) =>
      typeof each === 'string' && each.startsWith(BINARY) ? Buffer.from(each.slice(BINARY.length), 'base64') : each,
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value, pk: 'A#1', sk: 'RECORD' }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A table in which this item stands, whatever is asked for. */
function alwaysHolding(item: Item): TableRequests {
  return {
    get: async () => item,
    getMany: async (keys) => keys.map(() => item),
    put: async () => false,
    query: async () => [item],
    list: async () => [item],
  };
}
