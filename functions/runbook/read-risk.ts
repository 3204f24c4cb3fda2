import { RestitchError } from '../../core/restitch-error.ts';
import { atRisk, gpusInUse, type Workload } from '../../core/safety/at-risk.ts';
import type { Run } from './run.ts';

/** What a disruption may cost. `gpus`: in use on all of the nodes; null: not known of each. */
export interface Risk {
  readonly lines: readonly string[];
  readonly gpus: number | null;
}

/** What runs on the nodes that a stage takes, for who decides about it. Not knowing it never keeps a question from being asked. */
export async function readRisk({ ports: { cluster } }: Run, takes: readonly string[]): Promise<Risk> {
  const risks = await Promise.all(
    takes.map(async (node) => {
      const workload = await read(() => cluster.readWorkload(node));
      const said = atRisk(workload);
      return {
        lines: takes.length === 1 ? said : said.map((line) => `${node}: ${line}`),
        gpus: gpusInUse(workload),
      };
    }),
  );
  const gpus = risks.reduce<number | null>(
    (sum, risk) => (sum === null || risk.gpus === null ? null : sum + risk.gpus),
    0,
  );
  return { lines: risks.flatMap(({ lines }) => lines), gpus };
}

async function read(workload: () => Promise<Workload>): Promise<Workload> {
  try {
    return await workload();
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    return { type: 'unknown', reason: error.message };
  }
}
