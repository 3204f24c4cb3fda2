import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TableAccess } from '../adapters/aws/table-access.ts';
import { tableDefinition } from '../adapters/aws/table-definition.ts';
import type { RestitchFunction } from './restitch-function.ts';

/** Allows what is listed, item by item through their partition keys; no delete, no scan, no update in place. */
export function allowTable(
  caller: RestitchFunction,
  { tableArn }: Table,
  { get, put, query = [], list }: TableAccess,
): void {
  const listing = `${tableArn}/index/${tableDefinition.listing.indexName}`;
  const allow = (actions: readonly string[], resource: string, keys: readonly string[]) => {
    if (keys.length > 0) caller.addToRolePolicy(onKeys(actions, resource, keys));
  };
  allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], tableArn, get);
  allow(['dynamodb:PutItem'], tableArn, put);
  allow(['dynamodb:Query'], tableArn, query);
  allow(['dynamodb:Query'], listing, list);
}

/** `ForAllValues` holds also where a request names no key: that is refused by `Null`. */
function onKeys(actions: readonly string[], resource: string, keys: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [resource],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...keys] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });
}
