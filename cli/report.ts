import { writeFile } from 'node:fs/promises';
import { counted } from '../core/counted.ts';
import type { CliIo } from './cli-io.ts';
import { incidentsSince } from './incidents-since.ts';
import { type Period, type PeriodOptions, periodFrom } from './period.ts';
import { type Case, readCase } from './report/case.ts';
import { type Figures, figuresOf } from './report/figures.ts';
import { reportPage } from './report/page.ts';
import { type TableOptions, withIncidents } from './table-options.ts';

interface ReportOptions extends TableOptions, PeriodOptions {
  /** Where the page goes; - is standard output. */
  readonly out: string;
}

/** `restitch report`. */
export async function report(options: ReportOptions, io: CliIo): Promise<number> {
  const now = Date.now();
  const period = periodFrom(options, now);
  const figures = await readFigures(options, period, io);
  if (options.json) {
    io.out(JSON.stringify(figures));
    return 0;
  }
  const page = reportPage(figures, now);
  if (options.out === '-') io.out(page.trimEnd());
  else {
    await writeFile(options.out, page);
    io.out(`${options.out}: ${counted(figures.all.incidents, 'incident')}`);
  }
  return 0;
}

function readFigures(options: TableOptions, period: Period, io: CliIo): Promise<Figures> {
  return withIncidents(options, io, async (store) => {
    const later = await incidentsSince(store, period.since);
    const cases: Case[] = [];
    for (const incident of later) if (incident.openedAt < period.until) cases.push(await readCase(store, incident));
    return figuresOf(cases, later, period);
  });
}
