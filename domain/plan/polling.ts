/** Below this a poll costs more than it tells, however fast the simulated world runs. Milliseconds of the wall clock. */
const MIN_WAIT_MS = 500;
/** The first look comes a fifth later than usual: a moment early costs a whole interval, a moment late costs a moment. */
const LATE = 1.2;
/** A timer may fire up to a second early; that must not make two looks of one. Seconds before the time scale. */
const EARLY_SECONDS = 1;
/** However fast the world runs, no step is given up before this: a restart of the control plane may lie in between. */
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
 * How long to wait before the next look at a running operation. The first look at a short step comes when it has usually
 * ended; every other look is at a whole multiple of `pollSeconds`. So a step of d seconds is looked at one time more than
 * it has intervals begun, and with the look before it and the request itself has at most 3 + d / 10 requests. Azure's own
 * hint is no help: the one for a machine is too long, the one for a network too short.
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
 * Attempts of a health gate. In scaled time a gate of minutes would last seconds of the wall clock, in which a busy machine
 * answers nothing at all: so many attempts are added that it is hardly shorter than any other step.
 */
export const gateAttempts = (attempts: number, intervalSeconds: number, timeScale: number): number =>
  timeScale > 1
    ? Math.max(attempts, Math.ceil(MIN_GATE_MS / Math.max(MIN_WAIT_MS, (intervalSeconds * 1000) / timeScale)))
    : attempts;

/** Heartbeats of one event that the control plane takes per second: below this interval they themselves would be the load. */
const HEARTBEATS_PER_SECOND = 25;

/**
 * Seconds of the wall clock between two heartbeats of an agent.
 * @param seconds the template's interval, before the time scale
 * @param machines how many agents the event has
 */
export const heartbeatInterval = (seconds: number, timeScale: number, machines: number): number =>
  Math.max(1, Math.round(seconds / timeScale), Math.ceil(machines / HEARTBEATS_PER_SECOND));
