import type { CliIo } from './cli-io.ts';
import { checkRecord } from './inventory-check.ts';
import { learnRecord } from './inventory-learn.ts';
import { parseInventoryOptions } from './inventory-options.ts';

const HELP = `restitch inventory: the platform team's own record of which address, key and instance belong to which node

  restitch inventory learn           makes it from a healthy fleet, node by node, and prints YAML
  restitch inventory check [FILE]    compares it with the Node objects, and with the hub's WireGuard peers where those are
                                     given; without FILE the ConfigMap restitch-inventory of the cluster

  --lab             the fleet of \`restitch lab up\`; without it the cluster (KUBECONFIG) and Systems Manager (AWS_* variables)
  --state-dir DIR   with --lab: its folder (default .restitch-lab)
  --output FILE     learn: writes the record there
  --evidence FILE   check: takes Node objects and peers from stored evidence (restitch diagnose --node NAME --save FILE)
  --json            one JSON object

Neither changes anything in the cluster. Exit code 1: a node was left out, or something disagrees.`;

/** `restitch inventory`. Exit code 0: everything was learnt, or everything agrees. */
export async function inventory(args: readonly string[], io: CliIo): Promise<number> {
  const options = parseInventoryOptions(args);
  switch (options.action) {
    case 'help':
      io.out(HELP);
      return 0;
    case 'learn':
      return learnRecord(options, io);
    case 'check':
      return checkRecord(options, io);
  }
}
