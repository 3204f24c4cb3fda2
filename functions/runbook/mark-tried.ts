import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { isAgainst } from '../../core/runbook/stages-left.ts';
import { recordKnown } from './own-incident.ts';
import type { Run } from './run.ts';

/** What a stage is tried against. */
export type Against = Pick<Diagnosis, 'class' | 'cause' | 'hostAtFault'>;

/** Remembers that a stage did not heal this, so that no later run tries it again. */
export async function markTried(
  run: Run,
  incident: Incident,
  { class: faultClass, cause, hostAtFault }: Against,
  stage: string,
  why: string,
): Promise<void> {
  await recordKnown(
    run,
    { event: 'climbed', summary: `${stage} did not heal ${incident.target.node}: ${why}`, stage },
    (current) => ({
      ...current,
      tried: [
        ...current.tried.filter(
          (entry) => !isAgainst(entry, { class: faultClass, cause, hostAtFault }) || entry.stage !== stage,
        ),
        { class: faultClass, cause, hostAtFault, stage },
      ],
    }),
  );
}
