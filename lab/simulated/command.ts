import { openNetworkStore } from './network-store.ts';
import { runCommand } from './run-command.ts';

/**
 * One run of a simulated program on a simulated host. Arguments: the fleet's state, the host's name, the program, and
 * the program's own arguments.
 */
const [statePath = '', host = '', program = '', ...words] = process.argv.slice(2);
const store = openNetworkStore(statePath);
if (store === undefined) {
  process.stderr.write(`${program}: the simulated fleet was taken down\n`);
  process.exitCode = 1;
} else {
  const { code, stdout, stderr } = runCommand(store, host, program, words, Math.floor(Date.now() / 1_000));
  store.close();
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
