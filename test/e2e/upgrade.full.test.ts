import { beforeAll, describe, expect, it } from 'vitest';
import { proveUpgrade, SECOND_RELEASE, type UpgradeProof } from '../../proof/upgrade/prove-upgrade.ts';

const told: string[] = [];
let proof: UpgradeProof;

beforeAll(async () => {
  try {
    proof = await proveUpgrade((line) => told.push(line), AbortSignal.timeout(900_000));
  } catch (cause) {
    throw new Error(told.join('\n'), { cause });
  }
}, 1_000_000);

const repaired = { healed: true, why: 'repaired' };
/** What a person runs on a node goes with its release: no execution needs it. */
const runByExecutions = (release: readonly string[]) => release.filter((name) => !name.includes('-check-node-'));
/** Of these, those that are in a release. */
const among = (documents: readonly string[], release: readonly string[]) =>
  documents.filter((name) => release.includes(name));

describe('two releases', () => {
  it('have no document in common, and other code', () => {
    expect(runByExecutions(proof.first)).toHaveLength(8);
    expect(among(proof.first, proof.second)).toEqual([]);
    expect(proof.printed.map((text) => text.includes(SECOND_RELEASE))).toEqual([false, true, false]);
  });
});

describe('an incident that waits for approval on version 1 while version 2 is deployed', () => {
  it('is ended by version 1, with its own documents alone', () => {
    const { ended } = proof.overUpgrade;
    expect(ended).toMatchObject({ ...repaired, versions: ['1'] });
    expect(ended.documents.length).toBeGreaterThanOrEqual(2);
    expect(among(ended.documents, proof.first)).toEqual(ended.documents);
  });

  it('keeps its version and its documents from being pruned', () => {
    const { versions, documents } = proof.overUpgrade.meanwhile;
    expect(versions).toEqual(['1', '2']);
    expect(among(proof.first, documents)).toEqual(runByExecutions(proof.first));
  });

  it('leaves them to be pruned when it has ended, and nothing else', () => {
    const { versions, documents } = proof.overUpgrade.afterwards;
    expect(versions).toEqual(['2']);
    expect(documents.toSorted()).toEqual(proof.second.toSorted());
  });
});

describe('an incident that waits for approval on version 2 while version 1 is deployed again', () => {
  it('began on version 2, and is ended by it with its own documents alone', () => {
    const { ended } = proof.overRollback;
    expect(ended).toMatchObject({ ...repaired, versions: ['2'] });
    expect(ended.documents.length).toBeGreaterThanOrEqual(2);
    expect(among(ended.documents, proof.second)).toEqual(ended.documents);
  });

  it('keeps its version and its documents from being pruned', () => {
    const { versions, documents } = proof.overRollback.meanwhile;
    expect(versions).toEqual(['2', '3']);
    expect(among(proof.second, documents)).toEqual(runByExecutions(proof.second));
  });

  it('leaves them to be pruned when it has ended, and nothing else', () => {
    const { versions, documents } = proof.overRollback.afterwards;
    expect(versions).toEqual(['3']);
    expect(documents.toSorted()).toEqual(proof.first.toSorted());
  });
});

describe('an incident after the rollback', () => {
  it('begins on the new version of the earlier code, with the earlier documents', () => {
    const { versions, documents } = proof.afterRollback;
    expect(versions).toEqual(['3']);
    expect(documents.length).toBeGreaterThanOrEqual(1);
    expect(among(documents, proof.first)).toEqual(documents);
  });
});

describe('the functions of both releases', () => {
  it('call nothing that their roles do not allow', () => {
    expect(proof.refused).toEqual([]);
  });
});
