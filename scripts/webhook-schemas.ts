import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { QuestionMessage } from '../adapters/webhook/question-message.ts';
import { WebhookAnswer, WebhookReply } from '../functions/approval/webhook-answer.ts';

const schemas = { question: QuestionMessage, answer: WebhookAnswer, reply: WebhookReply };

/** The JSON Schemas of the approval webhook's messages, by file below deploy/webhook. */
export function webhookSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
    ]),
  );
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '..', 'deploy', 'webhook');
  for (const [file, text] of Object.entries(webhookSchemas())) await writeFile(join(folder, file), text);
}
