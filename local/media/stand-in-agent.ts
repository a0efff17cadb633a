/** What the stand-in says and obeys, as the agent on a mixer does (test/conformance/agents holds both to the same). */
import { type Heard, hear, newMemory, type Reply, remember, secondsToNext } from '../../contract/agent.ts';
import { HEARTBEAT_ROUTE, type Report } from '../../contract/heartbeat.ts';
import { type Problem, SOURCES, type Source } from '../../contract/problems.ts';
import type { UserData } from '../../contract/user-data.ts';

/** No bytes for this long, and a source is silent. */
const SILENT_MS = 3_000;
/** Silent for this long, it is a problem of this mixer and not of a relay that is being restarted. */
const PATIENCE_MS = 90_000;
const TIMEOUT_MS = 10_000;

/** What stands in for the mixing program: it takes in both sources and does nothing with them. */
export interface Pulling {
  /** When (performance.now) the last bytes of a source came; undefined before the first. */
  heardAt(source: Source): number | undefined;
  restart(): void;
}

export class StandInAgent {
  readonly #data: UserData;
  /** Undefined when there is none. @throws Error when it cannot be read */
  readonly #secret: (name: string) => string | undefined;
  readonly #program: Pulling;
  readonly #complain: (error: unknown) => void;
  #memory;
  #wanted: { streaming: boolean; scene: string } = { streaming: false, scene: 'programme' };
  #key: string | undefined;
  #fault: 'vault-unreadable' | 'stream-key-absent' | undefined;
  #startedAt = performance.now();
  #reconnects = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    data: UserData,
    secret: (name: string) => string | undefined,
    program: Pulling,
    complain: (error: unknown) => void,
  ) {
    this.#data = data;
    this.#secret = secret;
    this.#program = program;
    this.#complain = complain;
    this.#memory = newMemory(data.heartbeatSeconds);
  }
  start(): void {
    void this.#beat();
  }
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #beat(): Promise<void> {
    try {
      const heard = await this.#send();
      if (this.#stopped) return;
      this.#obey(heard);
    } catch (error) {
      this.#complain(error);
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#beat(), secondsToNext(this.#memory) * 1000);
  }
  async #send(): Promise<Heard> {
    const { agentToken } = this.#data.secrets;
    const token = agentToken === undefined ? undefined : this.#secret(agentToken);
    if (token === undefined) throw new Error('Cannot find the token of this deployment');
    const answer = await fetch(new URL(`/${HEARTBEAT_ROUTE}`, this.#data.controlPlaneUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(this.#report()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return hear(answer.status, await answer.text());
  }
  #obey(heard: Heard): void {
    const { memory, orders } = remember(this.#memory, heard);
    this.#memory = memory;
    if (heard.heard === 'nothing') throw new Error(heard.why);
    if (heard.heard === 'gone') this.#wanted = { ...this.#wanted, streaming: false };
    if (heard.heard === 'reply') this.#follow(heard.reply);
    if (orders.restart) {
      this.#program.restart();
      this.#startedAt = performance.now();
      this.#reconnects++;
    }
    if (orders.reread) this.#readKey();
  }
  #follow({ streaming = this.#wanted.streaming, scene = this.#wanted.scene }: Reply): void {
    this.#wanted = { streaming, scene };
  }
  /** A key that is gone is no reason to end a stream that runs. */
  #readKey(): void {
    try {
      const key = this.#secret(this.#data.secrets.streamKey);
      this.#fault = key === undefined ? 'stream-key-absent' : undefined;
      this.#key = key ?? this.#key;
    } catch {
      this.#fault = 'vault-unreadable';
    }
  }

  #silentFor(source: Source): number {
    return performance.now() - Math.max(this.#program.heardAt(source) ?? this.#startedAt, this.#startedAt);
  }
  #report(): Report {
    const { deploymentId, language } = this.#data;
    if (this.#wanted.streaming && this.#key === undefined) this.#readKey();
    const streaming = this.#wanted.streaming && this.#key !== undefined;
    const state = (source: Source) =>
      this.#program.heardAt(source) !== undefined && this.#silentFor(source) < SILENT_MS ? 'alive' : 'silent';
    const silent: Problem[] = SOURCES.filter((source) => this.#silentFor(source) > PATIENCE_MS).map((source) => ({
      code: 'source-silent',
      source,
    }));
    const fault = this.#fault ? [{ code: this.#fault }] : [];
    return {
      deploymentId,
      language,
      streaming,
      scene: this.#wanted.scene,
      reconnects: this.#reconnects,
      droppedFrames: 0,
      sources: { programme: state('programme'), slides: state('slides') },
      problems: [...(streaming ? [] : fault), ...silent],
      warnings: streaming ? fault : [],
    };
  }
}
