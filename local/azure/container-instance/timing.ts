/**
 * How long Container Instances take, in Azure seconds. Public groups with nginx and alpine were recorded at 9 to 12 s from PUT to running,
 * one in a VNet at 43 s (Azure/azure-cli recordings of `az container`, 2022 and 2023); Windows images at 18 minutes (Microsoft Learn,
 * "Long image pulls").
 */
import type { Duration } from '../core/random.ts';

/** Time to pull, by the first pattern that the image matches. */
const PULL: readonly [pattern: RegExp, duration: Duration][] = [
  [/^mcr\.microsoft\.com\/windows\//, { median: 1072, p95: 1500 }],
  [/(^|\/)(nginx|alpine|busybox|aci-helloworld)(:|@|$)/, { median: 9, p95: 16 }],
  [/\.azurecr\.io\//, { median: 14, p95: 32 }],
];
const PULL_OTHER: Duration = { median: 18, p95: 50 };

export const pullDuration = (image: string): Duration =>
  PULL.find(([pattern]) => pattern.test(image))?.[1] ?? PULL_OTHER;

/** From accepting the PUT to the first pull. */
export const SCHEDULING: Duration = { median: 2, p95: 5 };
/** The same inside a VNet, where the network is set up first. */
export const SCHEDULING_IN_VNET: Duration = { median: 21, p95: 40 };
/** From the pulled image to a running container. */
export const STARTING: Duration = { median: 1.5, p95: 4 };
/** A restart pulls from the node's cache. */
export const RESTARTING: Duration = { median: 5, p95: 10 };
/** How long another change is refused after one (Microsoft Learn says to wait ten seconds). */
export const TRANSITION_SECONDS = 10;
/** How long a failing pull is tried before the operation fails. */
export const PULL_TIMEOUT_SECONDS = 1800;
/** How long a subnet's service association link outlives its last group: minutes, by many reports. */
export const LINK_LINGERS: Duration = { median: 240, p95: 900 };
