import * as z from 'zod';
import { Configuration } from './configuration.ts';

/** The JSON Schema of restitch.config.yaml, for editors. It cannot tell contradictions: `restitch config check` does. */
export function configurationSchema(): Readonly<Record<string, unknown>> {
  return { title: 'restitch.config.yaml', ...z.toJSONSchema(Configuration, { io: 'input' }) };
}
