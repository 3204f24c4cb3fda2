import { spawnSync } from 'node:child_process';
import { auditVerdict } from './audit-verdict.ts';

/** `node scripts/audit.ts`: one line. Exit 1: a package has a known weakness of severity high or critical. */
const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', timeout: 60_000 });
const { text, failed } = auditVerdict(stdout);
process.stdout.write(`npm audit: ${text}\n`);
process.exitCode = failed ? 1 : 0;
