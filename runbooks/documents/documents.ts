import type { DocumentName } from '../../core/runbook/node-command.ts';

/** One parameter of a document. Its value reaches the script only as the environment variable `SSM_<name>`. */
export interface ParameterDefinition {
  readonly description: string;
  /** Anchored; Run Command refuses every other value before anything is sent. */
  readonly allowedPattern: string;
  readonly default?: string;
}

/** One Run Command document of ours: which scripts run, in one shell step, with which parameters. */
export interface DocumentDefinition {
  readonly description: string;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  /** Files of `runbooks/node`, joined in this order. */
  readonly scripts: readonly string[];
  /** Execution time-out of the step in seconds; Run Command turns anything below 5 into an hour. */
  readonly timeoutSeconds: number;
}

const operationKey: ParameterDefinition = {
  description: 'incident.stage.attempt: the same key returns the stored result',
  allowedPattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
};

const fencingToken: ParameterDefinition = {
  description: 'Token of the host lock; older ones are refused',
  allowedPattern: '^[0-9]{1,12}$',
};

const operations: ParameterDefinition = {
  description: 'Lines of the repair grammar, joined by commas',
  allowedPattern: '^[A-Za-z0-9 .:/_,+=\\[\\]-]*$',
};

const deviceName = '^[a-z][a-z0-9._-]{0,14}$';

const probe = '[a-z0-9.-]+/[0-9a-f.:]+/[0-9]{1,5}/(echo|hop|search)';

/** The parts of the scripts that change a node. */
const acting = ['common.sh', 'journal.sh', 'commit-confirm.sh', 'operations.sh', 'snapshot.sh'] as const;

/** Every document that Restitch may run on a node. No other exists, and IAM allows no other. */
export const documents: Readonly<Record<DocumentName, DocumentDefinition>> = {
  diagnose: {
    description: 'Restitch: read the overlay and measure paths. Changes nothing.',
    parameters: {
      vxlanDevice: { description: 'VXLAN device', allowedPattern: deviceName, default: 'flannel.1' },
      wireguardDevice: { description: 'WireGuard device', allowedPattern: deviceName, default: 'wg0' },
      probes: {
        description: 'name/address/payloadBytes/mode, joined by commas; empty: no packet is sent',
        allowedPattern: `^(${probe}(,${probe}){0,63})?$`,
        default: '',
      },
      focus: {
        description: 'Tunnel addresses and public keys of the WireGuard peers to keep when all would be too many',
        allowedPattern: '^([A-Za-z0-9+/=.:]{1,64}(,[A-Za-z0-9+/=.:]{1,64}){0,15})?$',
        default: '',
      },
    },
    scripts: ['common.sh', 'diagnose.sh'],
    timeoutSeconds: 30,
  },
  apply: {
    description:
      'Restitch: turn the listed lines of the repair grammar into fact. Rolls back unless confirmed, when asked to.',
    parameters: {
      operationKey,
      fencingToken,
      operations,
      check: { description: 'true: say what would change', allowedPattern: '^(true|false)$', default: 'false' },
      confirmWithinSeconds: {
        description: 'Rollback timer; 0: none is armed',
        allowedPattern: '^(0|[1-9][0-9]{0,3})$',
        default: '0',
      },
    },
    scripts: [...acting, 'apply.sh'],
    timeoutSeconds: 60,
  },
  bounce: {
    description: 'Restitch: take an overlay device down and up and replay its entries. Rolls back unless confirmed.',
    parameters: {
      operationKey,
      fencingToken,
      device: { description: 'VXLAN or WireGuard device', allowedPattern: deviceName },
      operations,
      confirmWithinSeconds: { description: 'Rollback timer', allowedPattern: '^[1-9][0-9]{0,3}$', default: '90' },
    },
    scripts: [...acting, 'bounce.sh'],
    timeoutSeconds: 120,
  },
  confirm: {
    description: 'Restitch: a verified change stays.',
    parameters: { operationKey },
    scripts: ['common.sh', 'journal.sh', 'commit-confirm.sh', 'confirm.sh'],
    timeoutSeconds: 60,
  },
  rollback: {
    description: 'Restitch: put the snapshot of a change back now.',
    parameters: { operationKey },
    scripts: ['common.sh', 'journal.sh', 'commit-confirm.sh', 'rollback.sh'],
    timeoutSeconds: 60,
  },
  'read-journal': {
    description: 'Restitch: what the node knows of an operation key. Changes nothing.',
    parameters: { operationKey },
    scripts: ['common.sh', 'journal.sh', 'read-journal.sh'],
    timeoutSeconds: 30,
  },
};
