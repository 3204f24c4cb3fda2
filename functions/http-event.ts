import * as z from 'zod';
import { escapeControls } from '../core/escape-controls.ts';

/** A Lambda function URL event, payload version 2.0: what the functions read of it. */
export const HttpEvent = z.object({
  headers: z.record(z.string(), z.string().optional()).default({}),
  rawPath: z.string().optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    /** Who calls a URL that Lambda guards by IAM. Lambda alone writes it. */
    authorizer: z.object({ iam: z.object({ userArn: z.string().min(1) }).nullish() }).nullish(),
  }),
});

export type HttpEvent = z.infer<typeof HttpEvent>;

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is bytes in base64. */
  readonly isBase64Encoded?: boolean;
}

/** The body's bytes as they were sent. */
export function bodyOf(event: HttpEvent): Buffer {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

/** Reads a header by its lower-case name. Function URLs send lower-case names; other gateways may not. */
export function headerOf(event: HttpEvent, name: string): string | undefined {
  return Object.entries(event.headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

export function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: escapeControls(JSON.stringify(body)),
  };
}
