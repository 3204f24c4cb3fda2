import * as z from 'zod';
import { type ComparedFacts, comparedFacts } from '../../core/console/compared-facts.ts';
import { type DiffPart, planDiff } from '../../core/console/plan-diff.ts';
import { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import { Evidence } from '../../core/evidence/evidence.ts';
import { type PathMatrix, pathMatrix } from '../../core/evidence/path-matrix.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { type TimeBySegment, timeBySegment } from '../../core/incident/segments.ts';
import type { Approval, ApprovalStore } from '../../core/safety/approval.ts';
import { approversOf, type DecideSettings } from '../approval/decide.ts';
import { rulesNow } from '../approval/rules-now.ts';
import { understand } from '../runbook/look/seen.ts';

export interface CasePorts {
  readonly store: Pick<IncidentStore, 'get' | 'readReceipt'>;
  readonly approvals: Pick<ApprovalStore, 'get'>;
}

/** A look that found something, or the last one. */
export interface CaseLook {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly diagnosis: Diagnosis;
  readonly compared: ComparedFacts;
  readonly paths: PathMatrix;
}

/** What a stage did, or would do. */
export interface CasePlan {
  readonly stage: string;
  readonly at: number;
  /** It was carried out, or is being carried out; false: it was only considered or asked for. */
  readonly begun: boolean;
  readonly parts: readonly DiffPart[];
}

/** A question with the people who may answer it. */
export interface CaseQuestion {
  readonly approval: Omit<Approval, 'planLines' | 'callbackId'>;
  readonly mayAnswer: readonly string[];
}

/** One incident as a person reads it. */
export interface Case {
  readonly incident: Incident;
  readonly time: TimeBySegment;
  readonly look: CaseLook | null;
  readonly plan: CasePlan | null;
  readonly question: CaseQuestion | null;
}

/** Undefined: there is no such incident. Throws `RestitchError` (code `store`). */
export async function readCase(
  incidentId: string,
  ports: CasePorts,
  settings: DecideSettings,
): Promise<Case | undefined> {
  const incident = await ports.store.get(incidentId);
  if (incident === undefined) return undefined;
  const receipt = await ports.store.readReceipt(incidentId);
  const look = decisiveLook(receipt);
  return {
    incident,
    time: timeBySegment(receipt),
    look: look === undefined ? null : caseLook(look),
    plan: planOf(receipt, look),
    question: await questionOf(incident, receipt, ports, settings),
  };
}

const LookDetail = z.object({ diagnosis: Diagnosis, evidence: Evidence });
type KeptLook = z.infer<typeof LookDetail> & { readonly at: number };

/** The last look that found a fault; else the last one. A look whose evidence is no longer kept, or not whole, is none. */
function decisiveLook(receipt: readonly ReceiptEntry[]): KeptLook | undefined {
  const looks = receipt.flatMap(({ event, at, detail }) => {
    const parsed = event === 'diagnosis' ? LookDetail.safeParse(detail) : undefined;
    return parsed?.success === true ? [{ at, ...parsed.data }] : [];
  });
  return looks.findLast(({ diagnosis }) => diagnosis.class !== 'healthy') ?? looks.at(-1);
}

function caseLook({ at, diagnosis, evidence }: KeptLook): CaseLook {
  return { at, diagnosis, compared: comparedFacts(understand(evidence)), paths: pathMatrix(evidence) };
}

const PlanDetail = z.union([
  z.array(z.string()),
  z.object({ lines: z.array(z.string()) }).transform((kept) => kept.lines),
]);

/** The last stage with lines: carried out, asked for, or only considered. */
function planOf(receipt: readonly ReceiptEntry[], look: KeptLook | undefined): CasePlan | null {
  const plans = receipt.flatMap(({ event, stage, at, detail }) => {
    if (stage === null || !(event === 'plan' || event === 'guard' || event === 'approval-requested')) return [];
    const lines = PlanDetail.safeParse(detail);
    return lines.success ? [{ stage, at, begun: event === 'plan', lines: lines.data }] : [];
  });
  const last = plans.at(-1);
  if (last === undefined) return null;
  const { lines, ...plan } = last;
  return { ...plan, parts: planDiff(lines, look?.evidence) };
}

async function questionOf(
  { incidentId, pending }: Incident,
  receipt: readonly ReceiptEntry[],
  { approvals }: CasePorts,
  settings: DecideSettings,
): Promise<CaseQuestion | null> {
  const asked = receipt.findLast(({ event }) => event === 'approval-requested')?.operationKey;
  const approvalId = pending?.approvalId ?? asked;
  if (approvalId === undefined || approvalId === null || !approvalId.startsWith(incidentId)) return null;
  const approval = await approvals.get(approvalId);
  if (approval === undefined) return null;
  const { planLines: _, callbackId: __, ...shown } = approval;
  const rules = await rulesNow(settings.rules, Date.now());
  return { approval: shown, mayAnswer: approversOf(approval, { ...settings, rules }) };
}
