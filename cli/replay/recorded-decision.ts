import * as z from 'zod';
import { Evidence } from '../../core/evidence/evidence.ts';
import { FoundFault } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import type { TriedStage } from '../../core/runbook/stages-left.ts';

/** A stage with everything that it would do, one line each; `lines` is undefined where they are no longer kept. */
export interface RecordedStage {
  readonly stage: string;
  readonly lines: readonly string[] | undefined;
}

/** What was decided after one look. */
export interface RecordedDecision {
  readonly entryId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly diagnosis: FoundFault;
  readonly evidence: Evidence;
  /** Null: there was nothing to do. Undefined: something else came first, a wait or the incident of a hub, and no stage was chosen. */
  readonly planned: RecordedStage | null | undefined;
  /** What had been tried before. */
  readonly tried: readonly TriedStage[];
}

/** The decisions of a receipt that can be made again, and why the others cannot. */
export interface Recorded {
  readonly decisions: readonly RecordedDecision[];
  readonly notKept: readonly string[];
}

const DiagnosisDetail = z.object({ diagnosis: FoundFault, evidence: z.looseObject({}) });
const GuardDetail = z.object({ lines: z.array(z.string()) });
const AlertDetail = z.object({ shared: z.looseObject({}) });

/** `receipt`: of one incident, in the order of time. */
export function recordedDecisions(receipt: readonly ReceiptEntry[]): Recorded {
  const ofRuns = receipt.filter(({ entryId }) => entryId.startsWith('r'));
  const isShared = receipt.some(
    ({ entryId, detail }) => entryId.startsWith('d.') && AlertDetail.safeParse(detail).success,
  );
  const looks = ofRuns.flatMap(({ event }, index) => (event === 'diagnosis' ? [index] : []));
  const decisions: RecordedDecision[] = [];
  const notKept: string[] = [];
  for (const [number, start] of looks.entries()) {
    const look = lookOf(ofRuns[start]);
    if (typeof look === 'string') {
      notKept.push(look);
      continue;
    }
    const round = ofRuns.slice(start + 1, looks[number + 1]);
    const end = round.findIndex((entry) => isChoice(entry) || entry.event === 'handed-over');
    const tried = triedIn(ofRuns.slice(0, end < 0 ? start : start + 1 + end));
    decisions.push({ ...look, planned: plannedIn(round[end], isShared), tried });
  }
  return { decisions, notKept };
}

function isChoice({ event, stage }: ReceiptEntry): boolean {
  return event === 'guard' && stage !== null;
}

/** The end of a round: the guards' answer about a stage, or a hand-over. That of a shared fault may have other reasons than the plan. */
function plannedIn(end: ReceiptEntry | undefined, isShared: boolean): RecordedDecision['planned'] {
  if (end === undefined) return undefined;
  if (end.stage === null) return isShared ? undefined : null;
  return { stage: end.stage, lines: GuardDetail.safeParse(end.detail).data?.lines };
}

type Look = Pick<RecordedDecision, 'entryId' | 'at' | 'diagnosis' | 'evidence'>;

/** A look with its evidence, or why there is none. */
function lookOf(entry: ReceiptEntry | undefined): Look | string {
  const detail = DiagnosisDetail.safeParse(entry?.detail);
  if (entry === undefined || !detail.success) return 'its evidence is no longer kept';
  const { diagnosis, evidence: stored } = detail.data;
  if ('nodesLeftOut' in stored) return 'its evidence was too large to be kept whole';
  const evidence = Evidence.safeParse(stored);
  if (!evidence.success) return 'its evidence is of a version that cannot be read';
  return { entryId: entry.entryId, at: entry.at, diagnosis, evidence: evidence.data };
}

/**
 * The stages that did not heal, each against the diagnosis for which it was chosen. A stage that was passed over because its plan
 * was empty does not count: whether it is empty is decided again.
 */
function triedIn(entries: readonly ReceiptEntry[]): readonly TriedStage[] {
  const tried: TriedStage[] = [];
  const chosenFor = new Map<string, FoundFault>();
  let current: FoundFault | undefined;
  for (const { event, stage, detail } of entries) {
    if (event === 'diagnosis') current = DiagnosisDetail.safeParse(detail).data?.diagnosis;
    if (stage === null) continue;
    if (event === 'guard' && current !== undefined) chosenFor.set(stage, current);
    const against = chosenFor.get(stage);
    if (event === 'climbed' && against !== undefined) tried.push({ ...against, stage });
  }
  return tried;
}
