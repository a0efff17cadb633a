import type { Log } from '../log.ts';
import { isRefusal, type Obs } from './client.ts';

/** A stream that is told to end flushes first; after this long it is treated as ended. */
const STOP_MS = 10_000;
/** Pause between a failed start and the next. */
const AGAIN_MS = 2_000;

/** RequestStatus OutputRunning and OutputNotRunning (obs-websocket's protocol). */
const RUNNING = 500;
const NOT_RUNNING = 501;

type State = 'stopped' | 'starting' | 'started' | 'stopping';

/**
 * The one stream of an OBS connection. OBS is told to start only when it is known to be at rest: a second StartStream
 * while the first still connects ends OBS 29 with a crash.
 */
export class StreamOutput {
  #obs: Obs;
  #state: State;
  #restUntil = 0;
  #stopped: (() => void) | undefined;

  /** @param active what GetStreamStatus says. @param onReconnecting called at each loss of the stream's connection */
  constructor(obs: Obs, active: boolean, log: Log, onReconnecting: () => void) {
    this.#obs = obs;
    this.#state = active ? 'started' : 'stopped';
    obs.on('StreamStateChanged', ({ outputState }) => {
      const state = outputState.replace('OBS_WEBSOCKET_OUTPUT_', '').toLowerCase();
      log('stream', { state });
      if (state === 'reconnecting') onReconnecting();
      else if (state === 'stopped') this.#ended();
      else if (state === 'starting' || state === 'started' || state === 'stopping') this.#state = state;
    });
  }
  get atRest(): boolean {
    return this.#state === 'stopped' && performance.now() >= this.#restUntil;
  }
  /** Starts towards this server; does nothing when it is not {@link atRest}. */
  async start(server: string, key: string): Promise<void> {
    if (!this.atRest) return;
    this.#state = 'starting';
    const streamServiceSettings = { server, key, use_auth: false };
    try {
      await this.#obs.call('SetStreamServiceSettings', { streamServiceType: 'rtmp_custom', streamServiceSettings });
      await this.#obs.call('StartStream');
    } catch (error) {
      // What is refused has not begun: without this it would count as starting for ever.
      if (isRefusal(error) && error.code === RUNNING) this.#state = 'started';
      else if (isRefusal(error)) this.#ended();
      throw error;
    }
  }
  /** Ends it and waits until it has ended. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<void>((resolve) => {
      this.#stopped = resolve;
      timer = setTimeout(resolve, STOP_MS);
    });
    try {
      if (this.#state !== 'stopping') await this.#obs.call('StopStream');
      await Promise.race([stopped, this.#obs.closed]);
      this.#restUntil = 0;
    } catch (error) {
      if (!isRefusal(error) || error.code !== NOT_RUNNING) throw error;
      this.#ended();
    } finally {
      clearTimeout(timer);
    }
  }
  #ended(): void {
    this.#state = 'stopped';
    this.#restUntil = performance.now() + AGAIN_MS;
    this.#stopped?.();
  }
}
