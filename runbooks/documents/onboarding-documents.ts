import type { OnboardingDocument } from '../../core/runbook/node-command.ts';
import type { DocumentDefinition, ParameterDefinition } from './documents.ts';

const textfileFolder: ParameterDefinition = {
  description: 'The folder of node_exporter’s textfile collector',
  allowedPattern: '^/[A-Za-z0-9._/-]{1,200}$',
  default: '/var/lib/prometheus/node-exporter',
};

/** Documents that people and State Manager run. `common.sh` is that of runbooks/node, the others are of runbooks/onboarding. */
export const onboardingDefinitions: Readonly<Record<OnboardingDocument, DocumentDefinition>> = {
  'check-node': {
    description: 'Restitch: say whether the node has what Restitch and its watchdog need. Changes nothing.',
    parameters: {
      modules: {
        description: 'Kernel modules that the overlay needs, joined by commas',
        allowedPattern: '^[a-z0-9_]{1,32}(,[a-z0-9_]{1,32}){0,7}$',
        default: 'vxlan,wireguard',
      },
      textfileFolder,
    },
    scripts: ['common.sh', 'check-node.sh'],
    timeoutSeconds: 60,
  },
  'install-watchdog': {
    description: 'Restitch: install, update or remove the watchdog and its timer. Changes nothing else.',
    parameters: {
      mode: { description: 'install, or remove', allowedPattern: '^(install|remove)$', default: 'install' },
      textfileFolder,
    },
    scripts: ['common.sh', 'watchdog.generated', 'install-watchdog.sh'],
    timeoutSeconds: 120,
  },
};
