import { pack } from '../../../adapters/packed.ts';
import type { Target } from '../../../core/alert/target.ts';
import type { Diagnosis } from '../../../core/diagnosis/diagnosis.ts';
import { type Evidence, leavesOf } from '../../../core/evidence/evidence.ts';
import { findNode } from '../../../core/evidence/fleet-map.ts';
import { faultIn, type Incident } from '../../../core/incident/incident.ts';
import { sickness } from '../../../core/safety/health-gate.ts';
import { sightingOf } from '../../../core/safety/sighting-of.ts';
import { compressed } from '../compressed.ts';
import { type NoApi, orNoApi } from '../or-no-api.ts';
import { recordKnown } from '../own-incident.ts';
import { reportOverlay } from '../report-overlay.ts';
import { effect, type Run, record } from '../run.ts';
import { type Collected, collectEvidence, type FurtherLeaves } from './collect-evidence.ts';
import { confirmLook } from './confirm-look.ts';
import { type Seen, understand } from './seen.ts';

/** One look at the node: what it showed, or why there is no such node, or why the Kubernetes API said nothing of it. */
export type Look = Seen | NoApi | { readonly type: 'unknown-target'; readonly reason: string };

/** One call may fail. A look that the API server does not answer is tried again so often, with a pause between. */
const MOST_ATTEMPTS = 3;
const PAUSE_SECONDS = 10;
const serdes = compressed<Collected | NoApi>();
/** Of evidence that this process has packed for its checkpoint. */
const packedBytes = new WeakMap<Evidence, number>();

/** Collects, diagnoses and puts both on record. `leaves` and `earlier` as in `view`. */
export async function look(run: Run, incident: Incident, leaves?: readonly string[], earlier?: Seen): Promise<Look> {
  const seen = await view(run, incident, leaves, earlier);
  if (seen.type === 'seen') await recordSeen(run, incident, seen);
  else await record(run, { event: 'evidence', summary: seen.reason });
  return seen;
}

/**
 * Collects and diagnoses. The evidence is the checkpoint; a replay derives the diagnosis from it again. `leaves`: the only other
 * nodes that a hub is looked at for; undefined: all that its tables may concern. `earlier`: where the network is expected to
 * pass since then, a shorter look is tried first, and a whole one where that does not confirm it.
 */
export async function view(run: Run, incident: Incident, leaves?: readonly string[], earlier?: Seen): Promise<Look> {
  const further = await furtherLeaves(run, incident, leaves);
  const collected = await collect(run, incident, further, further === undefined ? earlier?.evidence : undefined);
  return collected.type === 'collected' ? understand(collected.evidence) : collected;
}

/** Puts a look on record, and with the incident what it showed: for the runs of other nodes too, where the node is not healthy. */
export async function recordSeen(run: Run, incident: Incident, seen: Seen): Promise<void> {
  const { evidence, diagnosis, facts } = seen;
  const isForOthers = incident.shared === undefined && !seen.verified;
  const sighting = isForOthers ? { sighting: sightingOf(facts, run.settings.labels) } : {};
  await recordKnown(
    run,
    { event: 'diagnosis', summary: summarize(diagnosis), detail: { diagnosis, evidence: recorded(evidence) } },
    (current) => {
      const nodeUids = { ...uidsOfRead(evidence), ...current.nodeUids };
      const found = faultIn(diagnosis);
      const known = { ...current, ...sighting, diagnosis: diagnosis.class, nodeUids };
      return withSickness(found === undefined ? known : { ...known, found }, seen);
    },
  );
  if (incident.shared === undefined) await reportOverlay(run, incident, seen);
}

function uidsOfRead({ nodes, readings }: Evidence): Readonly<Record<string, string>> {
  const entries = readings.flatMap(({ host }) => {
    const uid = findNode(nodes, host)?.metadata.uid;
    return uid === undefined ? [] : [[host, uid] as const];
  });
  return Object.fromEntries(entries);
}

/** A shared fault is looked at from one of many nodes: none of them is gated for it. */
function withSickness({ sick, ...incident }: Incident, { evidence, diagnosis, networkPasses }: Seen): Incident {
  if (incident.shared !== undefined) return incident;
  const nodeUid = findNode(evidence.nodes, evidence.target.node)?.metadata.uid;
  const next = sickness(sick, { ...diagnosis, networkPasses, nodeUid, at: evidence.collectedAt });
  return next === undefined ? incident : { ...incident, sick: next };
}

async function furtherLeaves(
  run: Run,
  incident: Incident,
  only?: readonly string[],
): Promise<FurtherLeaves | undefined> {
  if (incident.shared?.kind !== 'hub') return undefined;
  return only === undefined
    ? { names: await nodesInTrouble(run, incident), orReady: true }
    : { names: only, orReady: false };
}

async function collect(
  run: Run,
  incident: Incident,
  leaves: FurtherLeaves | undefined,
  earlier: Evidence | undefined,
): Promise<Collected | NoApi> {
  const { ports, settings, input } = run;
  for (let attempt = 1; ; attempt++) {
    const purpose = `${incident.incidentId}.diagnose.${input.run}-${run.next()}`;
    const body = () =>
      orNoApi(async (): Promise<Collected> => {
        const confirmed =
          earlier &&
          (await confirmLook(viewpoint(incident), purpose, ports, settings, earlier, await run.nodes.anew()));
        if (confirmed !== undefined && understand(confirmed).verified)
          return { type: 'collected', evidence: confirmed };
        return collectEvidence(viewpoint(incident), purpose, ports, settings, leaves, await run.nodes.take());
      });
    const collected = await effect(run, 'collect evidence', body, serdes);
    const bytes = serdes.packedBytes(collected);
    if (collected.type === 'collected' && bytes !== undefined) packedBytes.set(collected.evidence, bytes);
    if (collected.type !== 'no-api' || attempt >= MOST_ATTEMPTS) return collected;
    await run.context.wait(`api ${run.next()}`, { seconds: PAUSE_SECONDS });
  }
}

/** A shared fault is looked at from a node that suffers by it. */
function viewpoint({ target, seenFrom }: Incident): Target {
  return seenFrom === undefined ? target : { ...target, node: seenFrom };
}

/** Every node of the cluster with an open incident: whether it concerns the hub is told by the hub's own tables. */
function nodesInTrouble(run: Run, { target: { cluster } }: Incident): Promise<readonly string[]> {
  return effect(run, 'read open incidents', async () => {
    const open = await run.ports.store.listOpen();
    return open.flatMap(({ target, shared }) =>
      shared === undefined && target.cluster === cluster ? [target.node] : [],
    );
  });
}

function summarize({ class: faultClass, cause, hostAtFault, confidence }: Diagnosis): string {
  const where = hostAtFault === null ? '' : ` on ${hostAtFault}`;
  return `diagnosis: ${faultClass} (${cause})${where}, confidence ${confidence.toFixed(2)}`;
}

/** A table item holds 400 KB. Node objects take most of it and can be read again; what hosts reported cannot. */
const MOST_RECORDED_BYTES = 300_000;

/** The evidence; where it is too large for one item, without the Node objects of hosts that were not asked. */
function recorded(evidence: Evidence): unknown {
  const bytes = packedBytes.get(evidence) ?? pack(JSON.stringify(evidence)).length;
  if (bytes <= MOST_RECORDED_BYTES) return evidence;
  const asked = new Set([evidence.target.node, ...evidence.readings.map(({ host }) => host), ...leavesOf(evidence)]);
  const nodes = evidence.nodes.filter(({ metadata }) => asked.has(metadata.name));
  return { ...evidence, nodes, nodesLeftOut: evidence.nodes.length - nodes.length };
}
