import { resolve } from 'node:path';
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

interface FleetOptions {
  readonly stateDir: string;
  readonly backend?: string | undefined;
  readonly variant?: string | undefined;
}

/** `restitch lab list`. */
export function listFaults({ json }: { readonly json: boolean }, { out }: CliIo): number {
  for (const line of json ? [JSON.stringify(faultCatalogue)] : faultTable(faultCatalogue)) out(line);
  return 0;
}

/** `restitch lab variants`. */
export function listVariants({ json }: { readonly json: boolean }, { out }: CliIo): number {
  const told = variantCatalogue.map(({ name, story }) => ({ name, story }));
  for (const line of json
    ? [JSON.stringify(told)]
    : told.map(({ name, story }) => `${name.padEnd(NAME_WIDTH)} ${story}`))
    out(line);
  return 0;
}

/** `restitch lab up` and `status`: the fleet is brought up where there is none, and left running until `down`. */
export function status(options: FleetOptions, io: CliIo): Promise<number> {
  return onFleet(options, io, (fleet) => report(fleet, io.out));
}

/** `restitch lab down`. */
export function down(options: FleetOptions, io: CliIo): Promise<number> {
  return onFleet(options, io, async (fleet) => {
    await fleet.down();
    return 0;
  });
}

/** `restitch lab inject NAME`. */
export function inject(name: string, options: FleetOptions, io: CliIo): Promise<number> {
  return onFleet(options, io, async (fleet) => {
    io.out((await fleet.inject(name)).story);
    return 0;
  });
}

/** `restitch lab clear`. */
export function clear(options: FleetOptions, io: CliIo): Promise<number> {
  return onFleet(options, io, async (fleet) => {
    await fleet.clear();
    return report(fleet, io.out);
  });
}

/** `restitch lab exec HOST -- COMMAND`. Returns the exit code of the command. */
export function exec(host: string, argv: readonly string[], options: FleetOptions, io: CliIo): Promise<number> {
  return onFleet(options, io, (fleet) => run(fleet, host, argv, io));
}

async function onFleet(
  { stateDir, backend, variant }: FleetOptions,
  { err }: CliIo,
  body: (fleet: Fleet) => Promise<number>,
): Promise<number> {
  const obstacles = await namespaceObstacles();
  if (obstacles.length > 0) {
    err(`The lab cannot run here: ${obstacles.join('; ')}.`);
    return 1;
  }
  const fleet = await createNamespaceFleet({
    stateDir: resolve(stateDir),
    orphanGraceSeconds: null,
    ...(backend === undefined ? {} : { backend: backendFrom(backend) }),
    ...(variant === undefined ? {} : { variant: variantFrom(variant) }),
  });
  return body(fleet);
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

async function run(
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
