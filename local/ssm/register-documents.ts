import { CreateDocumentCommand, DocumentAlreadyExists, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * Puts our documents into a plugged-in SSM, where no stack has done it. One that is there has the same content, because its hash
 * is in the name. Returns a line for the user: a server that does not accept documents must have them already.
 */
export async function registerDocuments(
  client: SSMClient,
  contents: Readonly<Record<string, unknown>>,
): Promise<string> {
  try {
    for (const [name, content] of Object.entries(contents)) await register(client, name, JSON.stringify(content));
    return `SSM: ${Object.keys(contents).length} documents are registered`;
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error);
    return `SSM: does not accept documents (${reason}); these must be there already: ${Object.keys(contents).join(', ')}`;
  }
}

async function register(client: SSMClient, name: string, content: string): Promise<void> {
  try {
    await client.send(
      new CreateDocumentCommand({ Name: name, Content: content, DocumentType: 'Command', DocumentFormat: 'JSON' }),
    );
  } catch (error) {
    if (!(error instanceof DocumentAlreadyExists)) throw error;
  }
}
