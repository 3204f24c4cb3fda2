import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Prints the closing line of a test run from vitest's JSON report, whose path is the argument. */
const Report = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numPendingTests: z.int() });
const report = Report.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));

process.stdout.write(
  `${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped\n`,
);
