import { setTimeout as sleep } from 'node:timers/promises';
import OBSWebSocket, { type OBSRequestTypes, type OBSResponseTypes, OBSWebSocketError } from 'obs-websocket-js/json';

/** WebSocketCloseCode AuthenticationFailed (obs-websocket's protocol). */
const AUTHENTICATION_FAILED = 4009;
/** OBS is there and does not let us in: somebody changed its password. */
export class NotLetIn extends Error {}
const TRY_EVERY_MS = 50;
/** An OBS that takes longer for one request is frozen. */
const ANSWER_MS = 10_000;

/** RequestStatus NotReady: OBS loads or changes its scenes; asked again it will answer. */
const NOT_READY = 207;

/** Whether OBS answered, and with an error (obs-websocket's protocol, RequestStatus 203 to 703): that is no silence. */
export const isRefusal = (error: unknown): error is OBSWebSocketError =>
  error instanceof OBSWebSocketError && error.code >= 100 && error.code < 1000;

/** A connection whose requests always end: the library leaves them pending for ever when OBS dies under them. */
export class Obs extends OBSWebSocket {
  readonly closed: Promise<void>;
  /** What OBS answered with an error last time it was asked, and its words. */
  readonly refusals = new Map<string, string>();

  constructor() {
    super();
    this.closed = new Promise((resolve) => this.once('ConnectionClosed', () => resolve()));
  }
  override async call<Type extends keyof OBSRequestTypes>(
    type: Type,
    data?: OBSRequestTypes[Type],
  ): Promise<OBSResponseTypes[Type]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`OBS does not answer ${type}`)), ANSWER_MS);
    });
    const gone = this.closed.then(() => Promise.reject(new Error(`OBS is gone, ${type} has no answer`)));
    try {
      return await Promise.race([super.call(type, data), gone, late]);
    } finally {
      clearTimeout(timer);
      gone.catch(() => {}); // Whoever asked has been told already.
    }
  }
  /**
   * The same for what may be refused, such as for a source that a technician renamed: undefined then, and it is noted.
   * @throws Error when there is no answer at all, or OBS still gets ready
   */
  async ask<Type extends keyof OBSRequestTypes>(
    type: Type,
    data?: OBSRequestTypes[Type],
  ): Promise<OBSResponseTypes[Type] | undefined> {
    const { inputName, sourceName, sceneName } = (data ?? {}) as Record<string, unknown>;
    const named = inputName ?? sourceName ?? sceneName;
    const key = named === undefined ? type : `${type} ${named}`;
    try {
      const answer = await this.call(type, data);
      this.refusals.delete(key);
      // Some requests are answered with nothing.
      return answer ?? ({} as OBSResponseTypes[Type]);
    } catch (error) {
      if (!isRefusal(error) || error.code === NOT_READY) throw error;
      this.refusals.set(key, error.message || `error ${error.code}`);
      return undefined;
    }
  }
}

/**
 * Connects to an OBS that may still be starting.
 * @returns the connection; it does not come back by itself when it is lost
 * @throws NotLetIn when the password is refused; Error after `timeoutMs`
 */
export async function connect(port: number, password: string, signal: AbortSignal, timeoutMs = 30_000): Promise<Obs> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const obs = new Obs();
    try {
      await obs.connect(`ws://127.0.0.1:${port}`, password);
      return obs;
    } catch (error) {
      if (error instanceof OBSWebSocketError && error.code === AUTHENTICATION_FAILED)
        throw new NotLetIn(`OBS on port ${port} does not take the agent's password`);
      if (signal.aborted || performance.now() > deadline)
        throw new Error(`Cannot reach OBS on port ${port}: ${error instanceof Error ? error.message : error}`);
      await sleep(TRY_EVERY_MS, undefined, { signal });
    }
  }
}
