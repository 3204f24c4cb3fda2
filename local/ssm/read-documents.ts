import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { RegisteredDocument } from './command-document.ts';
import { PageInput, pageOf } from './page.ts';
import { SsmFailure } from './ssm-failure.ts';
import type { SsmWorld } from './ssm-world.ts';

const NamedInput = z.object({ Name: z.string() });
const ListInput = PageInput.extend({
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })).default([]),
});

export function getDocument(world: SsmWorld, input: unknown): unknown {
  const registered = namedDocument(world, input);
  return { ...toIdentifier(registered), Status: 'Active', Content: registered.content };
}

export function describeDocument(world: SsmWorld, input: unknown): unknown {
  const registered = namedDocument(world, input);
  const { description, parameters } = registered.document;
  return {
    Document: {
      ...toIdentifier(registered),
      Status: 'Active',
      Description: description,
      DefaultVersion: '1',
      LatestVersion: '1',
      Hash: createHash('sha256').update(registered.content).digest('hex'),
      HashType: 'Sha256',
      Parameters: Object.entries(parameters).map(([Name, definition]) => ({
        Name,
        Type: definition.type === 'StringList' ? 'StringList' : 'String',
        Description: definition.description,
        ...(definition.default === undefined ? {} : { DefaultValue: String(definition.default) }),
      })),
    },
  };
}

export function listDocuments(world: SsmWorld, input: unknown): unknown {
  const parsed = ListInput.parse(input);
  const names = [...world.documents.keys()].sort();
  const hits = names
    .filter((name) => parsed.Filters.every(({ Key, Values }) => passes(name, Key, Values)))
    .map((name) => ({ name, place: -names.indexOf(name) }));
  const { items, next } = pageOf(hits, parsed, ({ place }) => place);
  const shown = items.flatMap(({ name }) => world.documents.get(name) ?? []);
  return { DocumentIdentifiers: shown.map(toIdentifier), ...next };
}

function passes(name: string, key: string, values: readonly string[]): boolean {
  switch (key) {
    case 'Name':
      return values.some((prefix) => name.startsWith(prefix));
    case 'Owner':
      return values.includes('Self');
    case 'DocumentType':
      return values.includes('Command');
    default:
      throw new SsmFailure('InvalidFilterKey', `The specified key ${key} is not valid.`);
  }
}

export function deleteDocument(world: SsmWorld, input: unknown): unknown {
  world.documents.delete(namedDocument(world, input).name);
  return {};
}

function namedDocument(world: SsmWorld, input: unknown): RegisteredDocument {
  const { Name } = NamedInput.parse(input);
  const registered = world.documents.get(Name);
  if (registered === undefined) throw new SsmFailure('InvalidDocument', `Document with name ${Name} does not exist.`);
  return registered;
}

function toIdentifier({ name, document, createdAt }: RegisteredDocument) {
  return {
    Name: name,
    CreatedDate: createdAt / 1_000,
    Owner: '000000000000',
    DocumentVersion: '1',
    DocumentType: 'Command',
    DocumentFormat: 'JSON',
    SchemaVersion: document.schemaVersion,
    PlatformTypes: ['Linux'],
  };
}
