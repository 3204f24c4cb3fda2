import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEndpointsCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Check, failed, look, notChecked, ok } from './check.ts';

/** Slack's and AWS's signatures count for 5 minutes; a quarter of it is no longer chance. */
const MOST_SECONDS = 60;
const MEND = 'set this machine’s clock: timedatectl set-ntp true';

const Response = z.object({ headers: z.record(z.string(), z.string()) });

/** This machine's clock against that of the service behind the table. */
export function clockCheck(client: DynamoDBClient): Promise<Check> {
  return look('clock', 'of this machine', MEND, async () => {
    const before = Date.now();
    const there = await serverTime(client);
    if (there === undefined) return notChecked('no answer of the table’s service says what time it is');
    const seconds = Math.round((there - (before + Date.now()) / 2) / 1_000);
    const detail = `${Math.abs(seconds)} s ${seconds < 0 ? 'ahead of' : 'behind'} the table’s service`;
    return Math.abs(seconds) <= MOST_SECONDS ? ok(detail) : failed(detail, MEND);
  });
}

/** Epoch milliseconds, from the header `date`, which every answer has, also one that refuses. */
async function serverTime(client: DynamoDBClient): Promise<number | undefined> {
  const seen: string[] = [];
  const command = new DescribeEndpointsCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const date = Response.safeParse(result.response).data?.headers['date'];
      if (date !== undefined) seen.push(date);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  await client.send(command).catch((error: unknown) => {
    // A refusal has the time too. Without any answer there is none.
    if (seen.length === 0) throw error;
  });
  const at = Date.parse(seen[0] ?? '');
  return Number.isNaN(at) ? undefined : at;
}
