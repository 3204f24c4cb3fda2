import { Command } from '@commander-js/extra-typings';
import { overlayNames } from '../../core/overlay/overlay-name.ts';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** The whole chain on this machine, and the fleet alone. */
export function labCommands(context: CommandContext) {
  return [startCommand(context), labCommand(context)];
}

function startCommand({ io, finish }: CommandContext) {
  return new Command('start')
    .description('intake, queue, table, durable runbook, approvals and a fleet, on this machine')
    .option(
      '--drill <NAME>',
      'breaks the fleet, watches the repair, and ends: a fault or a class of `restitch lab list`',
    )
    .option('--fail-apply', "the drill's gentle stages fail, so that a person is asked for the next one", false)
    .option('--json', 'one JSON object per line; the first says where everything is', false)
    .option('--port <N>', 'port of webhook and console (default: 8787, or a free one)')
    .option('--state-dir <DIR>', 'where everything is kept', '.restitch')
    .option('--config <FILE>', 'takes settings from a restitch.config.yaml; the environment has the last word')
    .option('--cluster <NAME>', 'which cluster of the file (default: its only one)')
    .addHelpText('after', '\nExit code of a drill: 0 when it is healed, otherwise 1.')
    .addHelpText('after', exampleText('restitch start', 'restitch start --drill vxlan-wedge'))
    .action(async (options) => finish(await (await import('../start.ts')).start(options, io)));
}

function labCommand(context: CommandContext) {
  const group = new Command('lab')
    .description("the lab's fleet alone, to look at and to break")
    .addHelpText('after', exampleText('restitch lab up', 'restitch lab inject fdb-flushed', 'restitch lab down'));
  for (const command of [...catalogueCommands(context), ...fleetCommands(context), execCommand(context)])
    group.addCommand(command);
  return group;
}

function catalogueCommands({ io, finish }: CommandContext) {
  return [
    new Command('list')
      .description('every fault, with its class, cause, host at fault and the rung that mends it')
      .option('--json', 'as JSON', false)
      .addHelpText('after', exampleText('restitch lab list'))
      .action(async (options) => finish((await import('../lab.ts')).listFaults(options, io))),
    new Command('variants')
      .description('fleets that are healthy and different')
      .option('--json', 'as JSON', false)
      .addHelpText('after', exampleText('restitch lab variants'))
      .action(async (options) => finish((await import('../lab.ts')).listVariants(options, io))),
  ];
}

function onFleet(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option('--state-dir <DIR>', "the fleet's folder", '.restitch-lab')
    .option('--backend <NAME>', `flannel's backend: ${overlayNames.join(', ')}`)
    .option('--variant <NAME>', 'one of `restitch lab variants`');
}

function fleetCommands({ io, finish }: CommandContext) {
  const load = () => import('../lab.ts');
  return [
    onFleet('up', 'brings the fleet up, and leaves it running until `down`; exit code 1: it is not healthy')
      .addHelpText('after', exampleText('restitch lab up --variant two-hubs'))
      .action(async (options) => finish(await (await load()).status(options, io))),
    onFleet('status', 'every host, and whether all paths work; exit code 1: they do not')
      .addHelpText('after', exampleText('restitch lab status'))
      .action(async (options) => finish(await (await load()).status(options, io))),
    onFleet('down', 'takes the fleet down')
      .addHelpText('after', exampleText('restitch lab down'))
      .action(async (options) => finish(await (await load()).down(options, io))),
    onFleet('inject', 'breaks the fleet with a fault of `restitch lab list`')
      .argument('<NAME>')
      .addHelpText('after', exampleText('restitch lab inject fdb-flushed'))
      .action(async (name, options) => finish(await (await load()).inject(name, options, io))),
    onFleet('clear', 'takes every injected fault back')
      .addHelpText('after', exampleText('restitch lab clear'))
      .action(async (options) => finish(await (await load()).clear(options, io))),
  ];
}

function execCommand({ io, finish }: CommandContext) {
  return onFleet('exec', 'runs a command on a host of the fleet, and ends with its exit code')
    .argument('<HOST>')
    .argument('<COMMAND...>')
    .usage('HOST -- COMMAND …')
    .addHelpText('after', exampleText('restitch lab exec gpu-1 -- ip -d link show flannel.1'))
    .action(async (host, argv, options) => finish(await (await import('../lab.ts')).exec(host, argv, options, io)));
}
