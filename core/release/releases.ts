/** One version of the runbook function, with the documents that its executions run. */
export interface Release {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  /** Names in Systems Manager. Null: the version does not say. */
  readonly documents: readonly string[] | null;
}

export interface StoredDocument {
  readonly name: string;
  /** Which of the places where documents are: the function's own account, and then those of its clusters. */
  readonly place: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** What deployments leave in the account: versions of the runbook function, and Run Command documents. Throws `RestitchError` (code `engine`). */
export interface Releases {
  /** The version that new executions run on. */
  live(): Promise<string>;
  /** Every version that there is, the unpublished one too. */
  list(): Promise<readonly Release[]>;
  /** Whether an execution that began on this version has not ended. */
  isInUse(version: string): Promise<boolean>;
  removeVersion(version: string): Promise<void>;
  /** Our documents, in all their contents and places. */
  listDocuments(): Promise<readonly StoredDocument[]>;
  removeDocument(document: Pick<StoredDocument, 'name' | 'place'>): Promise<void>;
}
