import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { CLAIM_ANNOTATION } from '../../core/safety/node-claim.ts';
import { drillWebhook, postWebhook } from '../../local/drill-webhook.ts';
import { NodeTable } from '../../local/kubernetes/node-table.ts';
import type { EpisodePlan } from './episode-plan.ts';
import { judgeEpisode } from './judge-episode.ts';
import type { SoakedProcess } from './soaked-process.ts';

/** How one episode ended. */
export interface EpisodeRow {
  readonly number: number;
  readonly plan: EpisodePlan;
  readonly seconds: number;
  /** Of each incident: its outcome, or where it stands. */
  readonly outcomes: readonly string[];
  /** What was not as it should be, one sentence each. */
  readonly wrong: readonly string[];
}

/** What an episode left for the judge. */
export interface Played {
  readonly plan: EpisodePlan;
  readonly incidents: readonly Incident[];
  readonly receipt: readonly ReceiptEntry[];
  /** Something that should have come did not within its time. */
  readonly missing: readonly string[];
  /** The lab's own look before it was cleared, and after it; undefined: every path works. */
  readonly brokenBefore: string | undefined;
  readonly brokenAfter: string | undefined;
  readonly left: readonly string[];
}

const POLL_MS = 500;
const MOST_SECONDS = 300;

interface Happening {
  /** Seconds since the alert. */
  readonly at: number;
  readonly happen: () => Promise<unknown>;
}

/** Breaks the fleet, alerts, lets happen what is planned, waits for the end, and mends what is left. */
export async function playEpisode(soaked: SoakedProcess, plan: EpisodePlan, number: number): Promise<EpisodeRow> {
  const { fault, answer } = plan;
  const startedAt = Date.now();
  const incidents = async () => (await soaked.now().incidents()).filter(({ openedAt }) => openedAt >= startedAt);
  const send = (status: 'firing' | 'resolved') => postWebhook(soaked.now(), drillWebhook(fault, startedAt, status));
  const missing: string[] = [];
  const until = async (what: string, done: () => Promise<boolean>) => {
    const deadline = Date.now() + MOST_SECONDS * 1_000;
    while (!(await done())) {
      if (Date.now() > deadline) return void missing.push(what);
      await sleep(POLL_MS);
    }
  };

  await soaked.command(['lab', 'inject', fault.name]);
  await sleep(1_000 * (fault.settleSeconds ?? 0));
  for (let sent = 0; sent < plan.webhooks; sent++) await send('firing');
  const alertedAt = Date.now();
  const left = happenings(soaked, plan);
  await until('the incidents did not come to rest', async () => {
    const [next] = left;
    if (next !== undefined && Date.now() >= alertedAt + next.at * 1_000) {
      left.shift();
      await next.happen();
      return false;
    }
    const all = await incidents();
    if (answer.says !== 'nothing') await answerQuestions(soaked, answer);
    return left.length === 0 && all.length > 0 && all.every(isAtRest);
  });
  const ended = await incidents();
  const receipts = await Promise.all(ended.map(({ incidentId }) => soaked.now().receipt(incidentId)));
  const brokenBefore = await lostPaths(soaked);
  await soaked.command(['lab', 'clear'], [1]);
  await send('resolved');
  await until('an incident stayed open after its alert was resolved', async () =>
    (await incidents()).every(({ phase }) => phase === 'closed'),
  );
  const played: Played = {
    ...{ plan, incidents: ended, receipt: receipts.flat(), missing, brokenBefore },
    ...{ brokenAfter: await lostPaths(soaked), left: outOfService(soaked) },
  };
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  const outcomes = ended.map(({ outcome, phase }) => outcome ?? phase);
  return { number, plan, seconds, outcomes, wrong: judgeEpisode(played) };
}

function happenings(soaked: SoakedProcess, { kills, pause, mendedAt }: EpisodePlan): Happening[] {
  const reason = ['--reason', 'soak'];
  return [
    ...kills.map((at) => ({ at, happen: () => soaked.kill() })),
    ...(mendedAt === null ? [] : [{ at: mendedAt, happen: () => soaked.command(['lab', 'clear'], [1]) }]),
    ...(pause === null
      ? []
      : [
          { at: pause.at, happen: () => soaked.command(['pause', 'all', ...reason]) },
          { at: pause.at + pause.seconds, happen: () => soaked.command(['resume', 'all']) },
        ]),
  ].toSorted((a, b) => a.at - b.at);
}

const Questions = z.array(z.looseObject({ approvalId: z.string(), planDigest: z.string(), requestedAt: z.number() }));

async function answerQuestions(soaked: SoakedProcess, { says, afterSeconds }: EpisodePlan['answer']): Promise<void> {
  const waiting = (await soaked.now().incidents()).some(({ phase }) => phase === 'awaiting-approval');
  if (!waiting) return;
  const questions = Questions.parse(JSON.parse(await soaked.command(['approvals', '--json'])));
  for (const { approvalId, planDigest, requestedAt } of questions) {
    if (Date.now() < requestedAt + afterSeconds * 1_000) continue;
    // Exit code 1: it was withdrawn meanwhile.
    await soaked.command([says, approvalId, '--plan', planDigest.slice(0, 12), '--reason', 'soak'], [1]);
  }
}

/** Nothing more happens by itself. An incident that is held goes with its holder. */
function isAtRest({ phase }: Incident): boolean {
  return phase === 'closed' || phase === 'handed-over' || phase === 'held';
}

/** Nodes that are still cordoned, tainted or claimed. */
function outOfService({ stateDir }: SoakedProcess): readonly string[] {
  const table = new NodeTable(join(stateDir, 'kubernetes.sqlite'));
  try {
    return table.list().flatMap(({ metadata: { name, annotations }, spec }) => {
      const isFree = spec.unschedulable !== true && (spec.taints ?? []).length === 0;
      return isFree && annotations?.[CLAIM_ANNOTATION] === undefined ? [] : [`${name} is still out of service`];
    });
  } finally {
    table.close();
  }
}

/** Undefined: every path of the lab works. */
async function lostPaths(soaked: SoakedProcess): Promise<string | undefined> {
  const said = await soaked.command(['lab', 'status'], [1]);
  return said.includes('healthy: ') ? undefined : 'paths of the lab are lost';
}
