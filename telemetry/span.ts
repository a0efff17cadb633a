/**
 * A span as plain data, made of what has happened. Ids are derived: every process that tells of the same thing tells of the same
 * span, however often durable work is repeated.
 */
import { sha256 } from '../domain/hash.ts';

export type Attributes = Record<string, string | number | boolean>;

export interface Span {
  /** Few different ones: what varies is in the attributes. */
  name: string;
  /** `server`: the deployment as a whole. `client`: a request to Azure. `internal`: what is between. */
  kind: 'server' | 'client' | 'internal';
  traceId: string;
  spanId: string;
  parentId?: string;
  /** Milliseconds since the Unix epoch. */
  from: number;
  to: number;
  attributes: Attributes;
  /** Why it failed; absent when it did not. */
  error?: string;
}

/** All that belongs to a deployment is one trace. 32 hexadecimal digits, as W3C trace context has them. */
export const traceOf = (deploymentId: string): string => sha256(`trace ${deploymentId}`).slice(0, 32);

/** Of one thing in a deployment. 16 hexadecimal digits. */
export const spanOf = (deploymentId: string, ...thing: (string | number)[]): string =>
  sha256(JSON.stringify(['span', deploymentId, ...thing])).slice(0, 16);

/** The span of the deployment as a whole, which is told at its end. */
export const rootOf = (deploymentId: string): string => spanOf(deploymentId, 'deployment');

export const nodeSpan = (deploymentId: string, node: string, attempt: number): string =>
  spanOf(deploymentId, 'node', node, attempt);

export const removalSpan = (deploymentId: string, n: number): string => spanOf(deploymentId, 'removal', n);
