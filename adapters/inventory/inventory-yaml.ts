import { parseDocument, stringify } from 'yaml';
import { Inventory, type InventoryReading } from '../../core/inventory/inventory.ts';
import { describeIssue } from '../../core/shorten.ts';

/** A ConfigMap holds 1 MiB. */
const MOST_CHARACTERS = 1_048_576;
const MOST_ISSUES = 3;

/** Reads the record from YAML, of which JSON is a part. Anchors and duplicate keys are refused: a record says things once. */
export function parseInventory(text: string): InventoryReading {
  if (text.length > MOST_CHARACTERS)
    return unusable(`it has ${text.length} characters, ${MOST_CHARACTERS} are allowed`);
  const value = parseYaml(text);
  if (value.type === 'invalid') return unusable(value.why);
  const result = Inventory.safeParse(value.value);
  if (result.success) return { type: 'read', inventory: result.data };
  const issues = result.error.issues.map((issue) => describeIssue(issue, 'inventory'));
  const more = issues.length > MOST_ISSUES ? `; and ${issues.length - MOST_ISSUES} more` : '';
  return unusable(`${issues.slice(0, MOST_ISSUES).join('; ')}${more}`);
}

/** The record as YAML, for a person to read and keep in git. */
export function printInventory(inventory: Inventory): string {
  return stringify(inventory, { lineWidth: 0 });
}

function unusable(reason: string): InventoryReading {
  return { type: 'unusable', reason };
}

function parseYaml(
  text: string,
): { readonly type: 'parsed'; readonly value: unknown } | { readonly type: 'invalid'; readonly why: string } {
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) return { type: 'invalid', why: `no YAML: ${error.message.split('\n')[0]}` };
    return { type: 'parsed', value: document.toJS({ maxAliasCount: 0 }) };
  } catch (cause) {
    return { type: 'invalid', why: `no YAML that is allowed here: ${cause instanceof Error ? cause.message : cause}` };
  }
}
