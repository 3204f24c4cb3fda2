import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

const NOTE = `
It looks at the table (index, expiry, backups), the queue, the documents by
their content, the instance of every node (tag, agent online and new enough),
the API server, the end of its token and each role of
deploy/kubernetes/rbac.yaml, Slack's token and scopes, the webhook, the route of
alerts, and this machine's clock. What cannot be looked at from here is said to
be not checked. It changes nothing.

With --config the Nodes' labels and pod CIDRs, and the inventory's tunnel
networks, are held against the pools, sites, hubs and networks of the file.

With --stack the secrets of Slack and of the kubeconfig are read. An EKS cluster
is asked with your own kubeconfig (KUBECONFIG), whose current context counts,
for the groups of the functions.

With --drill it looks at nothing of this. It sends a test alert for a Ready node
to the webhook, past Alertmanager, and follows its incident: intake, queue,
dispatch, the runbook's look at the node through Systems Manager, and the end.
It passes where the node is found healthy, the incident is closed, and neither
its receipt nor Run Command has anything that was done to a node.

Exit code 0: nothing failed, or the drill passed, 1: something failed, or the
drill did, 2: wrong usage.`;

export function doctorCommand({ io, finish }: CommandContext) {
  return new Command('doctor')
    .description('what Restitch can reach and may do, and how to mend what fails; changes nothing')
    .option('--state-dir <DIR>', 'of the `npm start` that runs there (its default folder is .restitch)')
    .option('--stack <NAME>', 'of this CloudFormation stack (AWS_* variables)')
    .option('--alertmanager <FILE>', "Alertmanager's configuration, or its URL: whether its alerts come to the webhook")
    .option('--config <FILE>', 'the restitch.config.yaml that is deployed: whether the Nodes are where it says')
    .option('--drill', 'sends a test alert instead, which must end as healthy with nothing done to any node', false)
    .option('--node <NAME>', 'with --drill: which node (default: a Ready one that nobody works on)')
    .option('--cluster <NAME>', 'with --drill: the cluster, as alerts name it (default: the only one)')
    .option('--wait <SECONDS>', 'with --drill: how long it is followed at most', '600')
    .option('--json', 'one JSON object, with every node', false)
    .addHelpText('after', NOTE)
    .addHelpText(
      'after',
      exampleText(
        'restitch doctor --stack Restitch --alertmanager alertmanager.yml',
        'restitch doctor --stack Restitch --config restitch.config.yaml',
        'restitch doctor --state-dir .restitch',
        'restitch doctor --drill --stack Restitch',
      ),
    )
    .action(async (options) => {
      if (options.drill) finish(await (await import('../doctor-drill.ts')).doctorDrill(options, io));
      else finish(await (await import('../doctor.ts')).doctor(options, io));
    });
}
