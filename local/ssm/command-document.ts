import * as z from 'zod';

const ParameterName = z.string().regex(/^[a-zA-Z0-9]+$/, 'the agent drops parameters of other names');

const ParameterDefinition = z
  .strictObject({
    type: z.enum(['String', 'StringList', 'Integer', 'Boolean']),
    description: z.string().optional(),
    displayType: z.string().optional(),
    default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
    allowedPattern: z.string().optional(),
    allowedValues: z.array(z.string()).optional(),
    minChars: z.int().optional(),
    maxChars: z.int().optional(),
    interpolationType: z.literal('ENV_VAR').optional(),
  })
  .refine(({ type, interpolationType }) => interpolationType === undefined || type === 'String', {
    error: 'interpolationType is for String parameters',
  });

export type ParameterDefinition = z.infer<typeof ParameterDefinition>;

const Step = z.strictObject({
  action: z.literal('aws:runShellScript'),
  name: z.string().regex(/^[a-zA-Z0-9_]{1,128}$/),
  inputs: z.strictObject({
    runCommand: z.union([z.array(z.string()).min(1), z.string()]),
    timeoutSeconds: z.coerce.number().int().default(3_600),
  }),
});

/**
 * A Command document of schema 2.2, as far as the stand-in runs it as the service does. Anything else (preconditions, other
 * actions, a failing step that ends the document) is refused on registration instead of being ignored.
 */
export const CommandDocument = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().optional(),
  parameters: z.record(ParameterName, ParameterDefinition).default({}),
  mainSteps: z
    .array(Step)
    .min(1)
    .refine((steps) => new Set(steps.map(({ name }) => name)).size === steps.length, { error: 'step names repeat' }),
});

export type CommandDocument = z.infer<typeof CommandDocument>;

export interface RegisteredDocument {
  readonly name: string;
  /** The content that CreateDocument would get. */
  readonly content: string;
  readonly document: CommandDocument;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** The quota of the service for one document. */
const MOST_DOCUMENT_BYTES = 64 * 1_024;

/** Registers a document; `createdAt`: epoch milliseconds. Throws `TypeError` for one that the service or this stand-in would not run. */
export function registerDocument(name: string, content: unknown, createdAt: number): RegisteredDocument {
  const text = JSON.stringify(content);
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_DOCUMENT_BYTES) {
    throw new TypeError(`document ${name} has ${bytes} bytes, more than the ${MOST_DOCUMENT_BYTES} that SSM takes`);
  }
  const parsed = CommandDocument.safeParse(content);
  if (!parsed.success) throw new TypeError(`document ${name}: ${z.prettifyError(parsed.error)}`);
  return { name, content: text, document: parsed.data, createdAt };
}
