/** Below this a poll costs more than it tells, however fast the simulated world runs. Milliseconds of the wall clock. */
const MIN_WAIT_MS = 500;
/** Seconds before the time scale. */
const MIN_WAIT_SECONDS = 1.5;
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
 * How long to wait before the next look at a running operation. The first look at a short step comes when it usually ends;
 * a long step is looked at every `pollSeconds`, in step with its expected end. An early hint of Azure is taken, a late one is not.
 * @param elapsedMs wall clock since the step began
 * @param hintSeconds Retry-After as it came, on the wall clock
 * @returns milliseconds of the wall clock
 */
export function pollWait(pace: Pace, elapsedMs: number, hintSeconds?: number): number {
  const elapsed = (elapsedMs / 1000) * pace.timeScale;
  const left = pace.expectedSeconds - elapsed;
  // Later than usual: each further look a third of the time passed after the one before, so that few are needed.
  const own = left > 0 ? left : Math.max(MIN_WAIT_SECONDS, elapsed / 3);
  const seconds = Math.min(Math.max(1, own), pace.pollSeconds);
  const scaled = (seconds * 1000) / pace.timeScale;
  return Math.max(MIN_WAIT_MS, Math.min(scaled, (hintSeconds ?? Number.POSITIVE_INFINITY) * 1000));
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
 * Seconds of the wall clock between two heartbeats of a mixer.
 * @param seconds the template's interval, before the time scale
 * @param machines how many mixers the event has
 */
export const heartbeatInterval = (seconds: number, timeScale: number, machines: number): number =>
  Math.max(1, Math.round(seconds / timeScale), Math.ceil(machines / HEARTBEATS_PER_SECOND));
