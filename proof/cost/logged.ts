import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What the functions wrote into their logs. */
export interface Logged {
  readonly bytes: number;
  /** Metrics in it, each by its name and the values of its dimensions: CloudWatch charges for each. */
  readonly metrics: ReadonlySet<string>;
}

const Embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** Returns a function that returns what was logged into the files of a folder since it was last called. */
export function followLogs(folder: string): () => Logged {
  const read = new Map<string, number>();
  return () => {
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => {
        const text = readFileSync(join(folder, name), 'utf8');
        const since = text.slice(read.get(name) ?? 0);
        read.set(name, text.length);
        return since;
      });
    return {
      bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      metrics: new Set(texts.flatMap((text) => text.split('\n').flatMap(metricsIn))),
    };
  };
}

/** The metrics that one line of log makes. */
export function metricsIn(line: string): readonly string[] {
  const document = line.includes('"_aws"') ? Embedded.safeParse(JSON.parse(line)).data : undefined;
  return (document?._aws.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const values = names.map((name) => `${name}=${String(document?.[name])}`).join();
      return Metrics.map(({ Name }) => `${Namespace} ${Name} ${values}`);
    }),
  );
}
