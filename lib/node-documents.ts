import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { documentHash, documentName, documentPattern } from '../adapters/aws/document-name.ts';
import { type DocumentName, documentNames } from '../core/runbook/node-command.ts';
import { formatHashes } from '../functions/document-environment.ts';
import { documentContent } from './source-parts.ts';

export interface NodeDocumentsProps {
  readonly prefix: string;
}

/**
 * Every Run Command document that Restitch may run. A changed script is a new document under a new name. The earlier one stays in
 * the account when it leaves the stack, because executions that began with it may still run it; sweep deletes it afterwards. One
 * that a failed deployment made is deleted with it.
 */
export class NodeDocuments extends Construct {
  /** `DOCUMENT_HASHES` of the functions that run them. */
  readonly hashes: string;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, { prefix }: NodeDocumentsProps) {
    super(scope, id);
    this.#prefix = prefix;
    const hashes = documentNames.map((name) => {
      const content = documentContent(name);
      const hash = documentHash(content);
      const document = new CfnDocument(this, `${name}-${hash}`, {
        name: documentName(prefix, name, hash),
        documentType: 'Command',
        documentFormat: 'JSON',
        targetType: '/',
        content,
      });
      document.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      return [name, hash] as const;
    });
    this.hashes = formatHashes(Object.fromEntries(hashes));
  }

  /** The ARNs of these documents in all their contents, as patterns. */
  patterns(names: readonly DocumentName[] = documentNames): readonly string[] {
    const arnOf = (name: DocumentName) => {
      const resourceName = documentPattern(this.#prefix, name);
      return Stack.of(this).formatArn({ service: 'ssm', resource: 'document', resourceName });
    };
    return names.map(arnOf);
  }
}
