import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** The platform team's own record. Neither command changes anything in the cluster. */
export function inventoryCommand({ io, finish }: CommandContext) {
  const group = new Command('inventory')
    .description("the platform team's own record of which address, key and instance belong to which node")
    .addHelpText(
      'after',
      exampleText('restitch inventory learn --output inventory.yaml', 'restitch inventory check inventory.yaml'),
    );
  group.addCommand(
    onFleet('learn', 'makes the record from a healthy fleet, node by node, and prints YAML')
      .option('--output <FILE>', 'writes the record there')
      .addHelpText('after', '\nExit code 1: a node was left out, or what was learnt contradicts itself.')
      .addHelpText('after', exampleText('restitch inventory learn --output inventory.yaml'))
      .action(async (options) => finish(await (await import('../inventory-learn.ts')).learnRecord(options, io))),
  );
  group.addCommand(
    onFleet(
      'check',
      "compares the record with the Node objects, and with the hubs' WireGuard peers where they are given",
    )
      .argument('[FILE]', 'the record (default: the ConfigMap restitch-inventory of the cluster)')
      .option(
        '--evidence <FILE>',
        'takes Node objects and peers from stored evidence (restitch diagnose --node NAME --save FILE)',
      )
      .addHelpText('after', '\nExit code 1: something disagrees.')
      .addHelpText('after', exampleText('restitch inventory check inventory.yaml --evidence evidence.json'))
      .action(async (file, options) =>
        finish(await (await import('../inventory-check.ts')).checkRecord({ ...options, file }, io)),
      ),
  );
  return group;
}

function onFleet(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option(
      '--lab',
      'the fleet of `restitch lab up`, not the cluster (KUBECONFIG) and Systems Manager (AWS_* variables)',
      false,
    )
    .option('--state-dir <DIR>', 'with --lab: its folder', '.restitch-lab')
    .option('--json', 'one JSON object', false);
}
