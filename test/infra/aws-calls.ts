import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** `import { A, type B } from '@aws-sdk/client-x';` */
const SDK_IMPORT = /import \{([^}]*)\} from '(@aws-sdk\/[a-z0-9-]+)';/g;

/** The one request that is made without the SDK. */
const OWN_REQUEST = "Action: 'AssumeRole'";

const services: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
  '@aws-sdk/client-ec2': 'ec2',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/client-ssm': 'ssm',
};

/** Actions of IAM that are not called as the operation is. */
const otherNames: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'dynamodb:BatchGet': 'dynamodb:BatchGetItem',
  'dynamodb:Get': 'dynamodb:GetItem',
  'dynamodb:Put': 'dynamodb:PutItem',
};

/** The actions of IAM behind every operation of AWS that a source file uses, as command or as paginator. */
export function actionsIn(source: string): readonly string[] {
  const bySdk = [...source.matchAll(SDK_IMPORT)].flatMap(([, names = '', library = '']) =>
    names.split(',').flatMap((name) => actionOf(name.trim(), library) ?? []),
  );
  return source.includes(OWN_REQUEST) ? [...bySdk, 'sts:AssumeRole'] : bySdk;
}

function actionOf(name: string, library: string): string | undefined {
  const [, operation = /^paginate(\w+)$/.exec(name)?.[1]] = /^(\w+)Command$/.exec(name) ?? [];
  if (operation === undefined) return undefined;
  const service = services[library];
  if (service === undefined) throw new Error(`which service is ${library}?`);
  const action = `${service}:${operation}`;
  return otherNames[action] ?? action;
}

/** The actions that a function can need, from our own files in its bundle, with chunks that are loaded late. */
export function actionsOfBundle({ outputs }: Metafile): ReadonlySet<string> {
  const files = new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  const own = [...files].filter((file) => !file.includes('node_modules'));
  return new Set(own.flatMap((file) => actionsIn(readFileSync(join(root, file), 'utf8'))));
}
