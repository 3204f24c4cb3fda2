import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

const CHECK_NOTE = `
FILE is restitch.config.yaml unless it is given. One line per error:
FILE:LINE:COLUMN: error: what is wrong, and what to write instead.
Nothing outside the file is read: neither AWS nor the cluster.

Exit code 0: no error, 1: errors, 2: FILE cannot be read.`;

const RENDER_NOTE = `
For each cluster of FILE (restitch.config.yaml unless it is given) a folder with
  slack-app-manifest.yaml  the Slack app
  alertmanager.yml         route and receiver, to be merged into yours
  rbac.yaml                what the functions may do, for the access that it has
  kubeconfig.sh            K3s and others: stores a token that ends; run it
                           again to rotate it
  access-entries.sh        EKS, unless the stack makes the access entries
  nodes.sh                 hybrid activations and the tag of every instance

With --stack only the clusters of that stack, with its addresses and roles;
without it placeholders stand for them. The same FILE gives the same files. A
file that a person changed is left as it is, and said to be KEPT.

Exit code 0: written, 1: FILE has errors, or a file was kept, 2: wrong usage.`;

/** The one file of settings. */
export function configCommand({ io, finish }: CommandContext) {
  const group = new Command('config')
    .description('the file of settings, restitch.config.yaml')
    .addHelpText('after', exampleText('restitch config check'));
  group.addCommand(
    new Command('check')
      .description('what is wrong in the file, where, and what to write instead; changes nothing')
      .argument('[FILE]')
      .option('--json', 'one JSON object', false)
      .addHelpText('after', CHECK_NOTE)
      .addHelpText('after', exampleText('restitch config check restitch.config.yaml'))
      .action(async (file, options) =>
        finish(await (await import('../config-check.ts')).configCheck(file ?? 'restitch.config.yaml', options, io)),
      ),
  );
  group.addCommand(
    new Command('render')
      .description('writes what the clusters of the file need outside AWS CloudFormation')
      .argument('[FILE]')
      .requiredOption('--output <DIR>', 'the folder that gets a folder for each cluster')
      .option('--stack <NAME>', 'a deployed CloudFormation stack (AWS_* variables)')
      .option('--replace', 'replaces files that a person changed', false)
      .option('--json', 'one JSON object', false)
      .addHelpText('after', RENDER_NOTE)
      .addHelpText('after', exampleText('restitch config render --output rendered --stack Restitch'))
      .action(async (file, options) =>
        finish(await (await import('../config-render.ts')).configRender(file ?? 'restitch.config.yaml', options, io)),
      ),
  );
  return group;
}
