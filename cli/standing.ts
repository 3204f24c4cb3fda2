import { randomUUID } from 'node:crypto';
import { PAUSE_LIST, pausesSet } from '../core/safety/pause.ts';
import { STANDING_LIST, standingInForce } from '../core/safety/standing-approval.ts';
import type { CommandLineAnswer } from '../functions/approval/command-line.ts';
import type { CommandLineStanding } from '../functions/approval/command-line-standing.ts';
import { describeStanding } from '../functions/approval/give-standing.ts';
import { readOrder } from '../functions/approval/read-order.ts';
import type { CliIo } from './cli-io.ts';
import { decisionPost, type NoAnswer } from './decision-post.ts';
import { environmentOf, type TableOptions, withSafetyRecords } from './table-options.ts';
import { UsageError } from './usage-error.ts';

/** `restitch standing list`. */
export async function listStanding(options: TableOptions, io: CliIo): Promise<number> {
  const given = await withSafetyRecords(options, io, async ({ pauses, standing }) => {
    const [paused, list] = await Promise.all([pauses.get(PAUSE_LIST), standing.get(STANDING_LIST)]);
    return standingInForce(list, { now: Date.now(), pausesSet: pausesSet(paused) });
  });
  if (options.json) io.out(JSON.stringify(given));
  else for (const line of given.length === 0 ? ['no standing approval'] : given.map(describeStanding)) io.out(line);
  return 0;
}

/** `restitch standing allow SCOPE…`. Exit code 1: it was not given. */
export async function allowStanding(words: readonly string[], options: TableOptions, io: CliIo): Promise<number> {
  const order = readOrder(`allow ${words.join(' ')}`, Date.now());
  if (order.type !== 'allow')
    throw new UsageError(order.type === 'help' && order.why !== null ? order.why : 'allow wants what it is for');
  const { scope, most, minutes } = order;
  return ordered({ standing: 'allow', scope, most, minutes, request: randomUUID() }, options, io);
}

/** `restitch standing revoke NUMBER`. Exit code 1: there is none. */
export async function revokeStanding(text: string, options: TableOptions, io: CliIo): Promise<number> {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`revoke wants the number of a standing approval: ${text} is none`);
  return ordered({ standing: 'revoke', number: Number(text) }, options, io);
}

async function ordered(order: CommandLineStanding, options: TableOptions, io: CliIo): Promise<number> {
  const post = await decisionPost(options, await environmentOf(options, io));
  const answer = await post(order);
  const done = 'given' in answer || 'ended' in answer;
  io.out(options.json ? JSON.stringify({ done, ...answer }) : lineOf(answer));
  return done ? 0 : 1;
}

function lineOf(answer: CommandLineAnswer | NoAnswer): string {
  if ('given' in answer) return answer.given;
  if ('ended' in answer) return `revoked: standing approval ${answer.ended}`;
  if ('noAnswer' in answer) return `Not known: ${answer.noAnswer}. restitch standing list shows what counts.`;
  return 'refused' in answer ? `Not done, as ${answer.as}: ${answer.refused}.` : 'Not done.';
}
