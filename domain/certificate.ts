import { contentHash } from './hash.ts';
import type { LeftResource } from './ownership.ts';

/** One resource of a finished deployment. */
export interface CertifiedResource {
  id: string;
  type: string;
  name: string;
  /** ISO 8601, when known. */
  createdAt?: string;
  /** ISO 8601: not later than this, it was gone. */
  removedAt?: string;
  /** Whole seconds between the two. */
  seconds?: number;
  /** Estimated, in the certificate's currency. */
  cost?: number;
}

/** Proof of what existed, when each thing vanished, what it cost, and how it was verified. */
export interface Certificate {
  deploymentId: string;
  event: string;
  title: string;
  environment: string;
  outcome: 'gone' | 'failed';
  reason: string;
  resourceGroups: string[];
  /** ISO 8601. */
  acceptedAt: string;
  liveAt?: string;
  endedAt: string;
  resources: CertifiedResource[];
  /** What was found in the event's groups and is not its own: it was left where it is. */
  left: LeftResource[];
  cost: { total: number; currency: string; pricesAsOf: string };
  verification: { at: string; resourceGroup: string; resourcesLeft: number; secretsLeft: number };
  /** SHA-256 of the canonical JSON of everything above. */
  contentHash: string;
}

const FRACTION = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z$/;

/**
 * Times in whole seconds: Newtonsoft.Json, through which the Durable extension passes what orchestrators give it, drops zeros
 * at the end of a fraction, and would break the seal.
 */
const wholeSeconds = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === 'string' ? each.replace(FRACTION, '$1Z') : each,
  ) as T;

/** Seals a certificate with the hash of its content. */
export function sealCertificate(given: Omit<Certificate, 'contentHash'>): Certificate {
  const content = wholeSeconds(given);
  return { ...content, contentHash: contentHash(content) };
}

/** Whether a certificate still has the content it was sealed with. */
export function verifyCertificate({ contentHash: seal, ...content }: Certificate): boolean {
  return contentHash(content) === seal;
}
