import { runOnce } from './run-once.ts';

/**
 * One run of a simulated program on a simulated host. Arguments: the fleet's state, the host's name, the program, and
 * the program's own arguments.
 */
const [statePath = '', host = '', program = '', ...words] = process.argv.slice(2);
const { code, stdout, stderr } = runOnce(statePath, host, program, words);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
