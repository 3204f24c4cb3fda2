import { Command } from '@commander-js/extra-typings';
import { overlayNames } from '../../core/overlay/overlay-name.ts';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** What is read from a node, its evidence or a path. None of them changes anything. */
export function evidenceCommands(context: CommandContext) {
  return [diagnoseCommand(context), pathsCommand(context), planCommand(context), mtuCommand(context)];
}

function diagnoseCommand({ io, finish }: CommandContext) {
  return fromEvidence('diagnose', "what is wrong with a node's pod network; changes nothing")
    .addHelpText(
      'after',
      exampleText('restitch diagnose --node gpu-1 --save evidence.json', 'restitch diagnose --evidence evidence.json'),
    )
    .action(async (options) => finish(await (await import('../diagnose.ts')).diagnose(options, io)));
}

const PATHS_NOTE = `
Exit code 0: of every measured path something came back, 1: a path is lost, or
none was measured. A path whose sender is told to send less is not lost.`;

function pathsCommand({ io, finish }: CommandContext) {
  return fromEvidence('paths', 'who reaches whom, with small and full-size packets and TCP; changes nothing')
    .addHelpText('after', PATHS_NOTE)
    .addHelpText('after', exampleText('restitch paths --node gpu-1', 'restitch paths --evidence evidence.json'))
    .action(async (options) => finish(await (await import('../paths.ts')).paths(options, io)));
}

function planCommand({ io, finish }: CommandContext) {
  return fromEvidence('plan', 'what would be changed on which host to heal a node; changes nothing')
    .addHelpText('after', exampleText('restitch plan --evidence evidence.json'))
    .action(async (options) => finish(await (await import('../plan.ts')).plan(options, io)));
}

function fromEvidence(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option('--evidence <FILE>', 'from stored evidence; - reads standard input')
    .option(
      '--node <NAME>',
      'collects evidence from the cluster (KUBECONFIG) through Systems Manager (AWS_* variables)',
    )
    .option('--cluster <NAME>', "the cluster's name in what is stored", 'cluster')
    .option('--lab', 'with --node: from the fleet of `restitch lab up`', false)
    .option('--state-dir <DIR>', 'with --lab: its folder', '.restitch-lab')
    .option('--save <FILE>', 'with --node: stores the evidence')
    .option('--json', 'one JSON object', false);
}

function mtuCommand({ io, finish }: CommandContext) {
  return new Command('mtu')
    .description('the MTU of every layer on a path, by arithmetic that can be checked by eye')
    .option('--path <N>', 'largest IP packet that the way between two nodes carries (default: 1500)')
    .option(
      '--probed <N>',
      'instead of --path: the largest IP packet that passes through the tunnel with "don\'t fragment", for instance ' +
        'ping -M do -s SIZE to the other end of wg0, where N is SIZE + 28',
    )
    .option('--underlay <FAMILY>', "of WireGuard's endpoints: ipv4 or ipv6", 'ipv4')
    .option('--backend <NAME>', `of flannel: ${overlayNames.join(', ')}`, 'vxlan')
    .option('--vtep <FAMILY>', "of flannel's VXLAN endpoints: ipv4 or ipv6 (default: ipv4)")
    .option('--wg-mtu <N>', 'what the WireGuard device has now: adds a column and a verdict')
    .option('--flannel-mtu <N>', "the same for flannel's device")
    .option('--pod-mtu <N>', "the same for the pods' devices")
    .option('--json', 'one JSON object', false)
    .addHelpText('after', exampleText('restitch mtu --path 1400 --wg-mtu 1420 --flannel-mtu 1290'))
    .action(async (options) => finish((await import('../mtu.ts')).mtu(options, io)));
}
