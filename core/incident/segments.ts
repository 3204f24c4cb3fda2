import * as z from 'zod';
import { assertNever } from '../assert-never.ts';
import type { ReceiptEntry } from './receipt.ts';

/** What the time of an incident goes to, in the order in which it first happens. */
export const segmentNames = [
  /** From the fault to the alert. */
  'detection',
  /** From the alert to intake: Alertmanager's waiting, and the way to us. */
  'intake',
  /** From intake to dispatch. */
  'queue',
  'evidence',
  /** Guards, plan, reservation and claim. */
  'decision',
  /** While a person is asked. */
  'approval',
  /** Until the host begins. */
  'delivery',
  'execution',
  'verification',
] as const;

export type SegmentName = (typeof segmentNames)[number];

/** `seconds`: null where the receipt does not tell them; `why` then says so. */
export interface Segment {
  readonly name: SegmentName;
  readonly seconds: number | null;
  readonly why: string | null;
}

/** `atRestSeconds`: handed over to a person, or held by another incident, until the next entry of a run. */
export interface TimeBySegment {
  readonly segments: readonly Segment[];
  readonly atRestSeconds: number;
}

/** What the entry `opened` holds, epoch milliseconds. */
const OpenedDetail = z.object({ startsAt: z.number(), receivedAt: z.number() });

type Spent = 'evidence' | 'decision' | 'approval' | 'execution' | 'verification' | 'at-rest';
type Step = Pick<ReceiptEntry, 'entryId' | 'at' | 'event' | 'operationKey'>;

/**
 * The seconds of each segment up to the latest entry, from a receipt in the order of time. The time between two steps of the work
 * goes to one segment, so that the segments after `queue` and the rest together are the time since `opened`.
 */
export function timeBySegment(receipt: readonly ReceiptEntry[]): TimeBySegment {
  const opened = receipt.find(({ event }) => event === 'opened');
  const spent = addUp(receipt.filter(isStep));
  const commands = receipt.some(isExecution);
  const known = (name: Spent): Omit<Segment, 'name'> => ({ seconds: (spent.get(name) ?? 0) / 1_000, why: null });
  const unknown = (why: string): Omit<Segment, 'name'> => ({ seconds: null, why });
  const arrival = arrivalOf(opened);
  const of = (name: SegmentName): Omit<Segment, 'name'> => {
    switch (name) {
      case 'detection':
        return unknown('the receipt begins with the alert');
      case 'intake':
      case 'queue':
        return arrival === undefined
          ? unknown('the entry of the alert is not kept')
          : { seconds: arrival[name], why: null };
      case 'evidence':
        return opened === undefined ? unknown('the receipt does not say when the incident was opened') : known(name);
      case 'delivery':
        return commands ? unknown('counted with execution') : { seconds: 0, why: null };
      case 'decision':
      case 'approval':
      case 'execution':
      case 'verification':
        return known(name);
      default:
        return assertNever(name);
    }
  };
  return {
    segments: segmentNames.map((name) => ({ name, ...of(name) })),
    atRestSeconds: (spent.get('at-rest') ?? 0) / 1_000,
  };
}

/** The opening, and what a run wrote. Alerts, gates and the sweep's own remarks come while a run is at work. */
function isStep({ event, entryId }: ReceiptEntry): boolean {
  return event === 'opened' || event === 'error' || entryId.startsWith('r');
}

function isExecution({ event, operationKey }: Step): boolean {
  return event === 'command' && !settles(operationKey);
}

/** A confirmation or a rollback, which follows the verification. */
function settles(operationKey: string | null): boolean {
  return operationKey !== null && /\.(confirm|rollback)$/.test(operationKey);
}

/** Seconds on the way to dispatch. Clocks of different machines may disagree: never less than nothing. */
function arrivalOf(opened: ReceiptEntry | undefined): { readonly intake: number; readonly queue: number } | undefined {
  const parsed = OpenedDetail.safeParse(opened?.detail);
  if (opened === undefined || !parsed.success) return undefined;
  const { startsAt, receivedAt } = parsed.data;
  return {
    intake: Math.max(0, receivedAt - startsAt) / 1_000,
    queue: Math.max(0, opened.at - receivedAt) / 1_000,
  };
}

/** Milliseconds by what they were spent on. */
function addUp(steps: readonly Step[]): ReadonlyMap<Spent, number> {
  const spent = new Map<Spent, number>();
  let acted = false;
  for (const [index, step] of steps.entries()) {
    const previous = steps[index - 1];
    if (previous !== undefined) {
      const name = spentOn(previous, step, acted);
      spent.set(name, (spent.get(name) ?? 0) + Math.max(0, step.at - previous.at));
    }
    if (isExecution(step)) acted = true;
    if (step.event === 'climbed' || isAtRest(step)) acted = false;
  }
  return spent;
}

function isAtRest({ event }: Step): boolean {
  return event === 'handed-over' || event === 'held' || event === 'error';
}

/** `acted`: a stage was carried out and not yet judged. */
function spentOn(previous: Step, step: Step, acted: boolean): Spent {
  if (isAtRest(previous)) return 'at-rest';
  if (previous.event === 'approval-requested') return 'approval';
  if (previous.event === 'verification') return 'verification';
  if (isExecution(step)) return 'execution';
  if (acted) return 'verification';
  switch (step.event) {
    case 'evidence':
    case 'diagnosis':
      return 'evidence';
    case 'verification':
    case 'closed':
    case 'command':
      return 'verification';
    default:
      return 'decision';
  }
}
