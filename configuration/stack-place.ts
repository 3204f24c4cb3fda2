import * as z from 'zod';
import { error, textLike, yesOrNo } from './value.ts';

const keyArn = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

const Tags = z
  .record(
    textLike(/^(?!aws:).{1,128}$/, 'the name of a tag, of 1 to 128 characters and not beginning with aws:'),
    textLike(/^.{0,256}$/, 'a text of at most 256 characters'),
    { error: error('names and values, such as { team: platform }') },
  )
  .describe('tags of everything in the stack');

const atOnce = (most: number) => {
  const wrong = { error: error('a whole number of 1 or more, or account') };
  return z.union([z.int().min(1), z.literal('account')], wrong).default(most);
};

/** Lambda refuses limits that leave less than 100 to the other functions of the account. */
const Concurrency = z
  .strictObject({
    intake: atOnce(50).describe(
      'beyond it a webhook is answered 429, and Alertmanager sends its group again after `group_interval`',
    ),
    approval: atOnce(10).describe('beyond it Slack shows an error for a click'),
    console: atOnce(5).describe('only with `console: true`: beyond it the page asks again'),
  })
  .prefault({})
  .describe(
    'how many run at once at most of the functions that are called from outside; `account`: as many as the account allows',
  );

/** What CloudWatch takes (PutRetentionPolicy), but for what is over before somebody looks. */
const logDays = [
  7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const LogDays = z.literal(logDays, { error: error(`one of ${logDays.join(', ')}`) });

/** A CloudFormation stack. */
export const StackPlace = z.strictObject({
  name: textLike(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'a name of letters, digits and hyphens, such as Restitch')
    .default('Restitch')
    .describe('of the CloudFormation stack'),
  account: textLike(/^\d{12}$/, 'the 12 digits of an account in quotes, such as "111122223333"')
    .optional()
    .describe('where it is deployed (default: the account of the credentials)'),
  region: textLike(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-central-1')
    .optional()
    .describe('where it is deployed (default: the region of the credentials)'),
  documentPrefix: textLike(/^[A-Za-z0-9_-]{3,40}$/, '3 to 40 letters, digits, _ and -, such as Restitch')
    .optional()
    .describe("the names of the stack's SSM documents begin with it (default: Restitch)"),
  encryptionKey: textLike(keyArn, 'the ARN of a KMS key, such as arn:aws:kms:eu-central-1:111122223333:key/01234567-…')
    .optional()
    .describe('the customer key of table, queues and secrets (default: keys of AWS)'),
  permissionsBoundary: textLike(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/, 'the ARN of a managed policy')
    .optional()
    .describe('the permissions boundary of every role'),
  tags: Tags.default({}),
  console: yesOrNo()
    .default(false)
    .describe(
      'a console page that only shows, behind a URL for callers with the policy of the output `ConsolePolicyArn`: `restitch console --stack NAME`',
    ),
  concurrency: Concurrency,
  deletionProtection: yesOrNo()
    .default(true)
    .describe('neither the stack nor its table can be deleted: see [remove it](operations.md#remove-it) for how it is'),
  logDays: LogDays.default(90).describe(
    'how long CloudWatch keeps the logs of the functions, from a week to ten years',
  ),
});
