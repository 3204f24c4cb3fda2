import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentHash, documentName } from '../../../adapters/aws/document-name.ts';
import { createSsmCommandRunner } from '../../../adapters/aws/ssm-command-runner.ts';
import { DocumentEnvironment, deployedDocuments, formatHashes } from '../../../functions/document-environment.ts';
import { clientFor, commandOf, ended, instanceTag, type SsmUnderTest, startUnderTest } from './ssm-under-test.ts';
import { documentOf } from './test-documents.ts';

const old = documentOf('echo old');
const current = documentOf('echo new');
const nameOf = (content: unknown) => documentName('Restitch', 'apply', documentHash(content));

let ssm: SsmUnderTest;
beforeEach(async () => {
  ssm = await startUnderTest({ documents: { [nameOf(old)]: old, [nameOf(current)]: current } });
});
afterEach(() => ssm.close());

/** The commands of a function that was deployed with this `apply`, as its own environment names it. */
function releaseWith(content: unknown) {
  const environment = { DOCUMENT_HASHES: formatHashes({ apply: documentHash(content) }) };
  return createSsmCommandRunner({
    client: clientFor(ssm.standIn.url, 1),
    sendClient: clientFor(ssm.standIn.url, 1),
    documents: deployedDocuments('Restitch', DocumentEnvironment.parse(environment)),
    instanceTag,
  });
}

describe('two releases at once, while incidents of the earlier one are open', () => {
  it.each([
    ['the earlier function runs the earlier script', old, 'old\n'],
    ['the later function runs the later script', current, 'new\n'],
  ])('%s', async (_what, content, stdout) => {
    const runner = releaseWith(content);
    const { commandId } = await runner.send(commandOf('apply'));
    expect(await ended(runner, commandId)).toMatchObject({ status: 'succeeded', stdout });
  });

  it('a document that was not deployed with the function is not run', async () => {
    await expect(releaseWith(old).send(commandOf('bounce'))).rejects.toMatchObject({ code: 'ssm', retryable: false });
  });

  it('a document that somebody deleted is refused, and no other one takes its place', async () => {
    const runner = releaseWith(documentOf('echo never registered'));
    await expect(runner.send(commandOf('apply'))).rejects.toMatchObject({
      message: expect.stringContaining('InvalidDocument'),
    });
    expect(await ssm.runner.findCommand('inc.reconcile.1', commandOf('apply').instanceId)).toBeUndefined();
  });
});
