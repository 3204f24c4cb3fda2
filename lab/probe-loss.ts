import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';
import { addressIn } from './namespaces/topology.ts';

/** A ping every 10 ms from one pod to another, for as long as a drill takes. */
export interface LossProbe {
  readonly from: string;
  readonly to: string;
  /** Ends the ping and counts what was lost between two moments (epoch ms). Null: nothing came back in between. */
  lostBetween(from: number, to: number): Promise<number | null>;
}

const INTERVAL_SECONDS = '0.01';
const TIMEOUT_MS = 5_000;

/** `from` is a place (`pod-hub-1`), `to` a host whose pod is pinged. */
export async function startLossProbe(fleet: Fleet, folder: string, from: string, to: string): Promise<LossProbe> {
  const network = fleet.hosts.find(({ name }) => name === to)?.node.podCIDR;
  const address = network === undefined ? '' : addressIn(network, 2);
  const file = join(folder, `ping-${from}-${to}`);
  const script = 'ping -n -D -i "$2" "$3" >"$1" 2>&1 </dev/null & echo $!';
  const argv = ['sh', '-c', script, 'probe', file, INTERVAL_SECONDS, address] as const;
  const pid = (await fleet.exec(from, { argv, timeoutMs: TIMEOUT_MS })).stdout.trim();
  return {
    from,
    to,
    lostBetween: async (begin, end) => {
      await fleet.exec(from, { argv: ['kill', '-INT', pid], timeoutMs: TIMEOUT_MS });
      const text = await readFile(file, 'utf8').catch(() => '');
      await rm(file, { force: true });
      return lostReplies(text, begin, end);
    },
  };
}

/** Gaps in the sequence numbers of the replies that came between two moments. */
export function lostReplies(output: string, begin: number, end: number): number | null {
  const numbers = output.split('\n').flatMap((line) => {
    const [, seconds, sequence] = /^\[(\d+\.\d+)\] \d+ bytes .* icmp_seq=(\d+) /.exec(line) ?? [];
    const at = Number(seconds) * 1_000;
    return sequence !== undefined && at >= begin && at <= end ? [Number(sequence)] : [];
  });
  const [first] = numbers;
  const last = numbers.at(-1);
  return first === undefined || last === undefined ? null : last - first + 1 - new Set(numbers).size;
}
