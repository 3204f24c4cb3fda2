import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Prints the closing line of one or more test runs, summed, from vitest's JSON reports, whose paths are the arguments. */
const Report = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numPendingTests: z.int() });
const reports = process.argv.slice(2).map((file) => Report.parse(JSON.parse(readFileSync(file, 'utf8'))));
const sum = (count: (report: z.infer<typeof Report>) => number) =>
  reports.reduce((total, report) => total + count(report), 0);

process.stdout.write(
  `${sum((report) => report.numPassedTests)} passed, ${sum((report) => report.numFailedTests)} failed, ` +
    `${sum((report) => report.numPendingTests)} skipped\n`,
);
