import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../../local/durable/lambda-context.ts';

/**
 * Lambda's own part, in a process of its own: `node lambda-bootstrap.ts <entry>` loads a bundle and calls its handler with each message
 * `{ id, event, aheadMs }`. Its clock is `aheadMs` ahead meanwhile. Answers `{ id, answer }` or `{ id, error }`.
 */
const [, , entry = ''] = process.argv;
const clock = Date.now;
let ahead = 0;
Date.now = () => clock() + ahead;
const { handler } = await import(pathToFileURL(entry).href);

interface Message {
  readonly id: number;
  readonly event: unknown;
  readonly aheadMs: number;
}

process.on('message', ({ id, event, aheadMs }: Message) => {
  ahead = aheadMs;
  void Promise.resolve()
    .then(() => handler(event, lambdaContext(String(id))))
    .then(
      (answer: unknown) => process.send?.({ id, answer: answer ?? null }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
});
process.send?.({ id: 0, answer: 'ready' });
