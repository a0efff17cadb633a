/** What the stand-in says and obeys, as the agent on a mixer does (test/conformance/agents holds both to the same). */
import type { Orders, Reply } from '../../contract/agent.ts';
import type { Report } from '../../contract/heartbeat.ts';
import { HeartbeatLoop } from '../../contract/heartbeat-loop.ts';
import { type Problem, SOURCES, type Source } from '../../contract/problems.ts';
import type { UserData } from '../../contract/user-data.ts';

/** No bytes for this long, and a source is silent. */
const SILENT_MS = 3_000;
/** Silent for this long, it is a problem of this mixer and not of a relay that is being restarted. */
const PATIENCE_MS = 90_000;

/** What stands in for the mixing program: it takes in both sources and does nothing with them. */
export interface Pulling {
  /** When (performance.now) the last bytes of a source came; undefined before the first. */
  heardAt(source: Source): number | undefined;
  restart(): void;
  /** Another sound of the programme is wanted: an ISO 639 code or a track's number. */
  listen(audio: string): void;
}

export class StandInAgent {
  readonly #data: UserData;
  /** Undefined when there is none. @throws Error when it cannot be read */
  readonly #secret: (name: string) => string | undefined;
  readonly #program: Pulling;
  readonly #heartbeat: HeartbeatLoop;
  #wanted: { streaming: boolean; scene: string } = { streaming: false, scene: 'programme' };
  #key: string | undefined;
  #fault: 'vault-unreadable' | 'stream-key-absent' | undefined;
  #startedAt = performance.now();
  #reconnects = 0;

  constructor(
    data: UserData,
    secret: (name: string) => string | undefined,
    program: Pulling,
    log: (event: string, fields?: Record<string, unknown>) => void,
  ) {
    this.#data = data;
    this.#secret = secret;
    this.#program = program;
    this.#heartbeat = new HeartbeatLoop({
      url: data.controlPlaneUrl,
      intervalSeconds: data.heartbeatSeconds,
      token: async () => this.#proof(),
      report: () => this.#report(),
      onReply: (reply, orders) => this.#follow(reply, orders),
      onGone: () => {
        this.#wanted = { ...this.#wanted, streaming: false };
      },
      log,
    });
  }
  start(): void {
    this.#heartbeat.start();
  }
  stop(): void {
    this.#heartbeat.stop();
  }

  #proof(): string {
    const { agentToken } = this.#data.secrets;
    const token = agentToken === undefined ? undefined : this.#secret(agentToken);
    if (token === undefined) throw new Error('Cannot find the token of this deployment');
    return token;
  }
  #follow({ streaming = this.#wanted.streaming, scene = this.#wanted.scene, audio }: Reply, orders: Orders): void {
    this.#wanted = { streaming, scene };
    if (audio !== undefined) this.#program.listen(audio);
    if (orders.restart) {
      this.#program.restart();
      this.#startedAt = performance.now();
      this.#reconnects++;
    }
    if (orders.reread) this.#readKey();
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
