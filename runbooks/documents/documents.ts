import { MOST_BUCKETS } from '../../core/evidence/table-digests.ts';
import type { DocumentName } from '../../core/runbook/node-command.ts';

/** One parameter of a document. Its value reaches the script only as the environment variable `SSM_<name>`. */
export interface ParameterDefinition {
  readonly description: string;
  /** Must be anchored. Run Command refuses values that do not match before it sends anything. */
  readonly allowedPattern: string;
  readonly default?: string;
}

/** One of our Run Command documents: the scripts that run in its one shell step, and its parameters. */
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
  description: 'Token of the host lock, by the clock in milliseconds; older tokens are refused',
  allowedPattern: '^[0-9]{1,15}$',
};

const operations: ParameterDefinition = {
  description: 'Lines of the repair grammar, joined by commas',
  allowedPattern: '^[A-Za-z0-9 .:/_,+=\\[\\]-]*$',
};

const deviceName = '^[a-z][a-z0-9._-]{0,14}$';

const probe = '((i|mi)-[0-9a-f]{8,17}=)?[a-z0-9.-]+/[0-9a-f.:]+/[0-9]{1,5}/(echo|hop|search|connect)';

const checksums = `[0-9]{1,10}(,[0-9]{1,10}){0,${MOST_BUCKETS - 1}}`;

const byte = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const address4 = `${byte}([.]${byte}){3}`;

/** The parts of the scripts that change a node. */
const acting = ['common.sh', 'journal.sh', 'commit-confirm.sh', 'operations.sh', 'snapshot.sh'] as const;

/** Every document that Restitch may run on a node. IAM allows no other. */
export const documents: Readonly<Record<DocumentName, DocumentDefinition>> = {
  diagnose: {
    description: 'Restitch: read the overlay and measure paths. Changes nothing.',
    parameters: {
      flannelDevice: { description: 'Device of flannel’s overlay', allowedPattern: deviceName, default: 'flannel.1' },
      flannelDeviceV6: {
        description: 'The same for IPv6; none: flannel has no device; empty: IPv6 is not read',
        allowedPattern: '^([a-z][a-z0-9._-]{0,14})?$',
        default: '',
      },
      wireguardDevice: { description: 'WireGuard device', allowedPattern: deviceName, default: 'wg0' },
      probes: {
        description:
          'name/address/payloadBytes or port/mode, joined by commas; empty: no probe is sent. After instance= only that instance sends it',
        allowedPattern: `^(${probe}(,${probe}){0,319})?$`,
        default: '',
      },
      focus: {
        description:
          'Tunnel addresses, pod networks and keys of the WireGuard peers to print when there are too many to print all',
        allowedPattern: '^([A-Za-z0-9+/=.:]{1,64}(,[A-Za-z0-9+/=.:]{1,64}){0,31})?$',
        default: '',
      },
      ways: {
        description: 'IPv4 addresses, joined by commas: how do packets to them leave the host',
        allowedPattern: `^(${address4}(,${address4}){0,31})?$`,
        default: '',
      },
      kubeletPort: { description: 'TCP port of the kubelet', allowedPattern: '^[0-9]{1,5}$', default: '10250' },
      digests: {
        description:
          'Checksums of the expected neighbours/forwarding entries/routes, one for each bucket: only buckets that differ are printed. Empty: all are',
        allowedPattern: `^(${checksums}/${checksums}/${checksums})?$`,
        default: '',
      },
      whole: {
        description:
          'true: the host is read whole, and before its first probe too; first: so too, but no probe is sent where a tunnel in the focus has rested; false: only what probes change is read',
        allowedPattern: '^(true|first|false)$',
        default: 'true',
      },
    },
    scripts: [
      'common.sh',
      'send-probes.sh',
      'see-tables.sh',
      'see-host.sh',
      'see-services.sh',
      'see-before.sh',
      'compare-tables.sh',
      'print-evidence.sh',
      'diagnose.sh',
    ],
    timeoutSeconds: 30,
  },
  apply: {
    description: 'Restitch: apply the listed lines of the repair grammar. With a timer, rolls back unless confirmed.',
    parameters: {
      operationKey,
      fencingToken,
      operations,
      check: {
        description: 'true: report what would change, change nothing',
        allowedPattern: '^(true|false)$',
        default: 'false',
      },
      confirmWithinSeconds: {
        description: 'Rollback timer; 0: none is armed',
        allowedPattern: '^(0|[1-9][0-9]{0,3})$',
        default: '0',
      },
    },
    scripts: [...acting, 'apply.sh'],
    timeoutSeconds: 60,
  },
  'restart-agent': {
    description: 'Restitch: restart flanneld, k3s or RKE2, so that it reads its leases and programs the overlay again.',
    parameters: { operationKey, fencingToken },
    scripts: ['common.sh', 'journal.sh', 'commit-confirm.sh', 'restart-agent.sh'],
    timeoutSeconds: 90,
  },
  bounce: {
    description: 'Restitch: take an overlay device down and up and put its entries back. Rolls back unless confirmed.',
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
    description: 'Restitch: keep a verified change and stop its rollback timer.',
    parameters: { operationKey },
    scripts: ['common.sh', 'journal.sh', 'commit-confirm.sh', 'confirm.sh'],
    timeoutSeconds: 60,
  },
  rollback: {
    description: 'Restitch: roll a change back now, to its snapshot.',
    parameters: { operationKey },
    scripts: ['common.sh', 'journal.sh', 'commit-confirm.sh', 'rollback.sh'],
    timeoutSeconds: 60,
  },
  'read-journal': {
    description: 'Restitch: read the journal entry of an operation key. Changes nothing.',
    parameters: { operationKey },
    scripts: ['common.sh', 'journal.sh', 'read-journal.sh'],
    timeoutSeconds: 30,
  },
  expect: {
    description: 'Restitch: write the file that the node’s watchdog compares its overlay with. Changes nothing else.',
    parameters: {
      generation: {
        description:
          'When the file was made, by the clock in milliseconds; older ones than that of the node are refused',
        allowedPattern: '^[0-9]{1,15}$',
      },
      content: { description: 'The lines of the file, gzip and base64', allowedPattern: '^[A-Za-z0-9+/]+={0,2}$' },
    },
    scripts: ['common.sh', 'expect.sh'],
    timeoutSeconds: 30,
  },
};
