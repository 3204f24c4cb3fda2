import { RestitchError } from '../../core/restitch-error.ts';
import { atRisk, type Workload } from '../../core/safety/at-risk.ts';
import type { Run } from './run.ts';

/** What runs on the nodes that a stage takes, for who decides about it. Not knowing it never keeps a question from being asked. */
export async function readRisk({ ports: { cluster } }: Run, takes: readonly string[]): Promise<readonly string[]> {
  const lines = await Promise.all(
    takes.map(async (node) => {
      const said = atRisk(await read(() => cluster.readWorkload(node)));
      return takes.length === 1 ? said : said.map((line) => `${node}: ${line}`);
    }),
  );
  return lines.flat();
}

async function read(workload: () => Promise<Workload>): Promise<Workload> {
  try {
    return await workload();
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    return { type: 'unknown', reason: error.message };
  }
}
