import { setTimeout as sleep } from 'node:timers/promises';
import OBSWebSocket, { OBSWebSocketError } from 'obs-websocket-js/json';

/** Answer codes of obs-websocket 5 (its protocol.md, "RequestStatus"). */
export const NOT_FOUND = 600;
const TRY_EVERY_MS = 50;

export type Obs = Pick<OBSWebSocket, 'call' | 'on' | 'once'>;

/**
 * Connects to an OBS that may still be starting.
 * @returns the connection; it does not come back by itself when it is lost ('ConnectionClosed')
 * @throws Error when the password is refused, or after `timeoutMs`
 */
export async function connect(
  port: number,
  password: string,
  signal: AbortSignal,
  timeoutMs = 30_000,
): Promise<OBSWebSocket> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const obs = new OBSWebSocket();
    try {
      await obs.connect(`ws://127.0.0.1:${port}`, password);
      return obs;
    } catch (error) {
      // 4009: authentication failed (protocol.md, "WebSocketCloseCode").
      const refused = error instanceof OBSWebSocketError && (error as { code: number }).code === 4009;
      if (refused || signal.aborted || performance.now() > deadline)
        throw new Error(`Cannot reach OBS on port ${port}: ${error instanceof Error ? error.message : error}`);
      await sleep(TRY_EVERY_MS, undefined, { signal });
    }
  }
}
