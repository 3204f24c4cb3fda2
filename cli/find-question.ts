import type { IncidentStore } from '../core/incident/incident-store.ts';
import type { Approval, ApprovalStore } from '../core/safety/approval.ts';

/**
 * The question of this name, whether it is open or not, or the open question of the incident of this name. Rejects with the reason
 * where there is none.
 */
export async function findQuestion(
  name: string,
  questions: Pick<ApprovalStore, 'get' | 'listPending'>,
  incidents: Pick<IncidentStore, 'get'>,
): Promise<Approval> {
  const named = await questions.get(name);
  if (named !== undefined) return named;
  const open = (await questions.listPending()).filter(({ incidentId }) => incidentId === name);
  const [question, ...more] = open.toSorted((a, b) => b.requestedAt - a.requestedAt);
  if (question !== undefined && more.length === 0) return question;
  if (question !== undefined)
    throw new Error(`${name} has several open questions: ${open.map(({ approvalId }) => approvalId).join(', ')}`);
  const incident = await incidents.get(name);
  if (incident === undefined) throw new Error(`there is no question or incident ${name}`);
  throw new Error(`no question of ${name} is open: it is ${incident.outcome ?? incident.phase}`);
}
