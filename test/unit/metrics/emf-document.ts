import * as z from 'zod';

const METRIC_UNIT =
  '^(Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Percent|Count|(Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Count)\\/Second|None)$';

/** The JSON Schema of CloudWatch's user guide, "Specification: Embedded metric format", without its titles and examples. */
const published: z.core.JSONSchema.JSONSchema = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 1_024 },
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: {
                  type: 'array',
                  minItems: 0,
                  maxItems: 30,
                  items: { type: 'string', minLength: 1, maxLength: 250 },
                },
              },
              Metrics: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['Name'],
                  properties: {
                    Name: { type: 'string', minLength: 1, maxLength: 1_024 },
                    Unit: { type: 'string', pattern: METRIC_UNIT },
                    StorageResolution: { type: 'integer' },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

const Document = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().optional() })).max(100),
      }),
    ),
  }),
});
const MetricTarget = z.union([z.number(), z.array(z.number()).min(1).max(100)]);
const DimensionTarget = z.string().min(1).max(1_024);
const MOST_BYTES = 256 * 1_024;

export type EmfDocument = z.infer<typeof Document>;

/** Reads a line as CloudWatch does. Throws where the schema or the text of the specification forbids it. */
export function parseEmfLine(line: string): EmfDocument {
  const value: unknown = JSON.parse(line);
  z.fromJSONSchema(published).parse(value);
  const document = Document.parse(value);
  if (Buffer.byteLength(line) > MOST_BYTES) throw new Error('longer than 256 KB');
  for (const { Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
    for (const dimension of Dimensions.flat()) DimensionTarget.parse(document[dimension]);
    for (const { Name } of Metrics) MetricTarget.parse(document[Name]);
  }
  return document;
}
