import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Manifest = z.object({ context: z.record(z.string(), z.unknown()) });

/** The context of cdk.json: how the installed CDK behaves when the app is deployed. */
export function cdkContext(): Readonly<Record<string, unknown>> {
  return Manifest.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'))).context;
}
