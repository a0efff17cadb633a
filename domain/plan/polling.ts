/** Shortest time between polls at any time scale, in milliseconds of the wall clock: more polls cost more than they tell. */
const MIN_WAIT_MS = 500;
/** The first poll comes a fifth later than the usual duration: too early costs a whole interval, too late only a moment. */
const LATE = 1.2;
/** A timer may fire up to a second early; this margin avoids a second poll. Seconds before the time scale. */
const EARLY_SECONDS = 1;
/** Shortest timeout of a step at any time scale, because the control plane may restart in between. */
const MIN_TIMEOUT_MS = 60_000;
/** A health gate gives up just before its node would, so that it can say what was unhealthy. */
const MIN_GATE_MS = 50_000;

export interface Pace {
  /** Usual duration, seconds before the time scale. */
  expectedSeconds: number;
  /** Longest time between two polls, seconds before the time scale. */
  pollSeconds: number;
  timeScale: number;
}

/**
 * How long to wait before the next poll of a running operation. The first poll of a short step comes when it has usually ended; every
 * other poll is at a whole multiple of `pollSeconds`. So a step of d seconds needs at most 3 + d / 10 requests, with the look before it
 * and the request itself. Azure's own hints are not used: too long for a machine, too short for a network.
 * @param elapsedMs wall clock since the operation began
 * @returns milliseconds of the wall clock
 */
export function pollWait({ expectedSeconds, pollSeconds, timeScale }: Pace, elapsedMs: number): number {
  const elapsed = (elapsedMs / 1000) * timeScale;
  const usual = expectedSeconds * LATE;
  const next = (Math.floor((elapsed + EARLY_SECONDS) / pollSeconds) + 1) * pollSeconds;
  const first = elapsed < usual - EARLY_SECONDS && usual < pollSeconds - EARLY_SECONDS;
  const at = first ? usual : next;
  return Math.max(MIN_WAIT_MS, ((at - elapsed) * 1000) / timeScale);
}

/** A timeout of the plan as milliseconds of the wall clock. */
export const timeoutMs = (seconds: number, timeScale: number): number =>
  timeScale > 1 ? Math.max(MIN_TIMEOUT_MS, (seconds * 1000) / timeScale) : seconds * 1000;

/**
 * Attempts of a health gate. In scaled time a gate of minutes would last seconds of the wall clock, too short for a busy machine. So
 * attempts are added until it lasts about as long as any other step.
 */
export const gateAttempts = (attempts: number, intervalSeconds: number, timeScale: number): number =>
  timeScale > 1
    ? Math.max(attempts, Math.ceil(MIN_GATE_MS / Math.max(MIN_WAIT_MS, (intervalSeconds * 1000) / timeScale)))
    : attempts;

/** Most heartbeats per second that one event may send to the control plane. */
const HEARTBEATS_PER_SECOND = 25;

/**
 * Seconds of the wall clock between two heartbeats of an agent.
 * @param seconds the template's interval, before the time scale
 * @param machines how many agents the event has
 */
export const heartbeatInterval = (seconds: number, timeScale: number, machines: number): number =>
  Math.max(1, Math.round(seconds / timeScale), Math.ceil(machines / HEARTBEATS_PER_SECOND));
