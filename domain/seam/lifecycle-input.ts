import type { DeployRequest } from '../request/deploy.ts';
import type { EncodedStatus } from '../status/encoded.ts';
import type { Template } from '../template/schema.ts';
import type { Installation } from './installation.ts';

/**
 * Input of the lifecycle, instance id `event-<event>`: all that the event will ever know of the world outside.
 * Begins with `version`, the version of the reducer that interprets it (design section 4).
 */
export interface LifecycleInput {
  version: number;
  deploymentId: string;
  event: string;
  request: DeployRequest;
  /** `requestHash(request)`: the same id with the same hash is the same request. */
  requestHash: string;
  template: Template;
  installation: Installation;
  /** ISO 8601; gives `createdAt` and the group's epoch. The winner's counts. */
  acceptedAt: string;
  /** Who asked, as the door named them. */
  by: string;
  /** This lifecycle begins in the place of one that broke, to end the event. */
  takeover?: Takeover;
}

/** What a lifecycle that takes over knows of the one before it. */
export interface Takeover {
  /** Counts them from 1: numbers of instances begin where the one before could never have come to. */
  n: number;
  /** How the other ended, as Durable says. */
  how: string;
  /** What it showed last. */
  status?: EncodedStatus;
  /** Who asked for the teardown; absent when the event's time is over. */
  teardown?: { by: string };
}
