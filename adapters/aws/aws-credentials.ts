/** What signs a request, as the SDK's credential providers give it. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Absent: they are not known to end. */
  readonly expiration?: Date;
}

/** What gives them, anew when they end. */
export type AwsCredentialSource = () => Promise<AwsCredentials>;
