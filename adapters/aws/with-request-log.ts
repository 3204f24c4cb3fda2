import * as z from 'zod';
import { inLogContext } from './log-context.ts';

/** What is read of Lambda's context. A test may give none. */
const LambdaContext = z.object({ awsRequestId: z.string() });
/** What Lambda gives a durable function: which execution this invocation goes on with. */
const DurableEvent = z.object({ DurableExecutionArn: z.string() });

/** A handler whose lines of the log say in which request they were written, and in which execution where it is durable. */
export function withRequestLog<Event, Context, Answer>(
  handler: (event: Event, context: Context) => Answer,
): (event: Event, context: Context) => Answer {
  return (event, context) =>
    inLogContext({ ...requestOf(context), ...executionOf(event) }, () => handler(event, context));
}

function requestOf(context: unknown): { readonly requestId?: string } {
  const parsed = LambdaContext.safeParse(context);
  return parsed.success ? { requestId: parsed.data.awsRequestId } : {};
}

function executionOf(event: unknown): { readonly executionArn?: string } {
  const parsed = DurableEvent.safeParse(event);
  return parsed.success ? { executionArn: parsed.data.DurableExecutionArn } : {};
}
