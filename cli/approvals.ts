import type { CliIo } from './cli-io.ts';
import { findQuestion } from './find-question.ts';
import { questionReport, questionTable } from './question-report.ts';
import { type TableOptions, withApprovals } from './table-options.ts';

/** `restitch approvals [QUESTION|INCIDENT]`. Exit code 1: there is no such question. */
export async function approvals(name: string | undefined, options: TableOptions, io: CliIo): Promise<number> {
  if (name === undefined) return listOpen(options, io);
  const question = await withApprovals(options, io, (questions, incidents) => findQuestion(name, questions, incidents));
  if (options.json) io.out(JSON.stringify(question));
  else for (const line of questionReport(question, Date.now())) io.out(line);
  return 0;
}

/** Those that expire first come first. */
async function listOpen(options: TableOptions, io: CliIo): Promise<number> {
  const now = Date.now();
  const pending = await withApprovals(options, io, (questions) => questions.listPending());
  const open = pending.filter(({ expiresAt }) => now < expiresAt).toSorted((a, b) => a.expiresAt - b.expiresAt);
  if (options.json) io.out(JSON.stringify(open));
  else for (const line of open.length === 0 ? ['no question is open'] : questionTable(open, now)) io.out(line);
  return 0;
}
