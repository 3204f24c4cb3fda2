import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { OverlayName } from '../core/overlay/overlay-name.ts';
import { overlayNames } from '../core/overlay/overlay-name.ts';
import { checkFleet } from '../lab/check-fleet.ts';
import { faultCatalogue } from '../lab/faults/catalogue.ts';
import type { Fleet } from '../lab/fleet.ts';
import { createNamespaceFleet } from '../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../lab/namespaces/namespace-obstacles.ts';
import { findVariant, variantCatalogue } from '../lab/variants/catalogue.ts';
import type { CliIo } from './cli-io.ts';
import { faultTable } from './fault-table.ts';
import { UsageError } from './usage-error.ts';

const EXEC_TIMEOUT_MS = 600_000;
const NAME_WIDTH = Math.max(...variantCatalogue.map(({ name }) => name.length));

/** What needs a fleet, which is brought up when there is none. */
const fleetVerbs = ['up', 'status', 'down', 'inject', 'clear', 'exec'];
const USAGE = `lab wants up [--variant NAME | --backend ${overlayNames.join('|')}], variants [--json], down, status, list [--json], inject NAME, clear, or exec HOST -- COMMAND`;

/** `restitch lab …`: the fleet alone, to look at and to break. `up` leaves it running until `down`. */
export async function lab(args: readonly string[], { out, err }: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'state-dir': { type: 'string', default: '.restitch-lab' },
      json: { type: 'boolean', default: false },
      backend: { type: 'string' },
      variant: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [verb, name = '', ...rest] = positionals;
  if (verb === 'list') {
    for (const line of values.json ? [JSON.stringify(faultCatalogue)] : faultTable(faultCatalogue)) out(line);
    return 0;
  }
  if (verb === 'variants') {
    const told = variantCatalogue.map(({ name, story }) => ({ name, story }));
    for (const line of values.json
      ? [JSON.stringify(told)]
      : told.map(({ name, story }) => `${name.padEnd(NAME_WIDTH)} ${story}`))
      out(line);
    return 0;
  }
  if (!fleetVerbs.includes(verb ?? '')) throw new UsageError(USAGE);
  const obstacles = await namespaceObstacles();
  if (obstacles.length > 0) {
    err(`The lab cannot run here: ${obstacles.join('; ')}.`);
    return 1;
  }
  const fleet = await createNamespaceFleet({
    stateDir: resolve(values['state-dir']),
    orphanGraceSeconds: null,
    ...(values.backend === undefined ? {} : { backend: backendFrom(values.backend) }),
    ...(values.variant === undefined ? {} : { variant: variantFrom(values.variant) }),
  });
  switch (verb) {
    case 'up':
    case 'status':
      return report(fleet, out);
    case 'down':
      await fleet.down();
      return 0;
    case 'inject':
      out((await fleet.inject(name)).story);
      return 0;
    case 'clear':
      await fleet.clear();
      return report(fleet, out);
    case 'exec':
      return exec(fleet, name, rest, { out, err });
    default:
      throw new UsageError(USAGE);
  }
}

function backendFrom(text: string): OverlayName {
  const backend = overlayNames.find((known) => known === text);
  if (backend === undefined) throw new UsageError(`--backend ${text}: legal are ${overlayNames.join(', ')}`);
  return backend;
}

function variantFrom(name: string): string {
  if (findVariant(name) === undefined) throw new UsageError(`--variant ${name}: see restitch lab variants`);
  return name;
}

async function report(fleet: Fleet, out: (line: string) => void): Promise<number> {
  for (const { name, role, node } of fleet.hosts)
    out(`${name.padEnd(10)} ${role.padEnd(6)} ${node.internalIP.padEnd(14)} ${node.podCIDR}`);
  const { healthy, broken } = await checkFleet(fleet);
  out(healthy ? 'healthy: every pod path and kubelet answers' : `broken: ${broken.join(', ')}`);
  return healthy ? 0 : 1;
}

async function exec(
  fleet: Fleet,
  host: string,
  argv: readonly string[],
  { out, err }: Pick<CliIo, 'out' | 'err'>,
): Promise<number> {
  const [program, ...rest] = argv;
  if (program === undefined || !fleet.hosts.some(({ name }) => name === host))
    throw new UsageError('lab exec HOST -- COMMAND');
  const result = await fleet.exec(host, { argv: [program, ...rest], timeoutMs: EXEC_TIMEOUT_MS });
  if (result.stdout !== '') out(result.stdout.trimEnd());
  if (result.stderr !== '') err(result.stderr.trimEnd());
  return result.code ?? 1;
}
