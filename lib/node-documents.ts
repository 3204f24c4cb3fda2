import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { DocumentName } from '../core/runbook/node-command.ts';
import { buildDocument, documentName } from '../runbooks/documents/build-document.ts';
import { documents } from '../runbooks/documents/documents.ts';

export interface NodeDocumentsProps {
  readonly prefix: string;
}

/** Every Run Command document that Restitch may run, owned by the stack. */
export class NodeDocuments extends Construct {
  readonly arns: readonly string[];

  constructor(scope: Construct, id: string, { prefix }: NodeDocumentsProps) {
    super(scope, id);
    const read = (file: string) => readFileSync(join(import.meta.dirname, '..', 'runbooks', 'node', file), 'utf8');
    const names = Object.keys(documents).filter((name): name is DocumentName => name in documents);
    this.arns = names.map((name) => {
      const deployed = documentName(prefix, name);
      new CfnDocument(this, name, {
        name: deployed,
        documentType: 'Command',
        documentFormat: 'JSON',
        targetType: '/',
        updateMethod: 'NewVersion',
        content: buildDocument(name, read),
      });
      return Stack.of(this).formatArn({ service: 'ssm', resource: 'document', resourceName: deployed });
    });
  }
}
