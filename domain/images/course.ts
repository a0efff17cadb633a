/** What happened in a build so far: its journal, how far it is, and for how long machines were paid for. */
import type { BuildAction, BuildEntry, BuildProgress } from '../seam/image-build.ts';
import type { Phase } from './build.ts';

/** Machines run from the first of these phases on: Image Builder's own during its run, ours until the group is gone. */
const MACHINES: readonly BuildAction[] = ['customise', 'boot', 'trial'];
const iso = (ms: number): string => new Date(ms).toISOString();
const LONGEST = 280;

export class Course {
  readonly journal: BuildEntry[] = [];
  readonly #buildId: string;
  readonly #whole: number;
  #doneSeconds = 0;
  /** Since when each machine is paid for; ms since the epoch. */
  #running = new Map<BuildAction, number>();
  #machineMs = 0;

  /** @param phases all that will be done */
  constructor(buildId: string, phases: readonly Phase[]) {
    this.#buildId = buildId;
    this.#whole = phases.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
  }

  note(now: number, code: string, text: string): void {
    this.journal.push({ at: iso(now), code, text: text.slice(0, LONGEST) });
  }

  begin({ action, text }: Phase, now: number): void {
    this.note(now, action, text);
    if (MACHINES.includes(action)) this.#running.set(action, now);
  }

  end({ action, expectedSeconds }: Phase, now: number, detail?: string): void {
    this.#doneSeconds += expectedSeconds;
    if (detail !== undefined) this.note(now, `${action}-done`, detail);
    // A machine that is deallocated is not paid for; the builder's own ends with its run.
    if (action === 'customise' || action === 'stop') this.#stop(action === 'stop' ? 'boot' : action, now);
  }

  #stop(action: BuildAction, now: number): void {
    const since = this.#running.get(action);
    if (since !== undefined) this.#machineMs += now - since;
    this.#running.delete(action);
  }

  /** Milliseconds of machines, all of them gone by now. */
  machineMs(now: number): number {
    for (const action of MACHINES) this.#stop(action, now);
    return this.#machineMs;
  }

  shown(action: BuildProgress['action'], since: number, detail?: string): BuildProgress {
    return {
      buildId: this.#buildId,
      action,
      since: iso(since),
      progress: action === 'clean' ? 1 : Math.round((100 * this.#doneSeconds) / this.#whole) / 100,
      journal: this.journal,
      ...(detail === undefined ? {} : { detail: detail.slice(0, LONGEST) }),
    };
  }
}
