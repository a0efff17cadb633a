import type OBSWebSocket from 'obs-websocket-js/json';

/** A stream that is told to end flushes first; after this long it is treated as ended. */
const STOP_MS = 10_000;

/** Where the stream goes; may be told while it runs, and counts from the next start. */
export async function setService(obs: OBSWebSocket, server: string, key: string): Promise<void> {
  const streamServiceSettings = { server, key, use_auth: false };
  await obs.call('SetStreamServiceSettings', { streamServiceType: 'rtmp_custom', streamServiceSettings });
}

/** Ends the stream and waits until it has ended. */
export async function stopStream(obs: OBSWebSocket): Promise<void> {
  const { outputActive } = await obs.call('GetStreamStatus');
  if (!outputActive) return;
  const stopped = new Promise<void>((resolve) => {
    const timer = setTimeout(done, STOP_MS);
    function done() {
      clearTimeout(timer);
      obs.off('StreamStateChanged', changed);
      resolve();
    }
    function changed({ outputState }: { outputState: string }) {
      if (outputState === 'OBS_WEBSOCKET_OUTPUT_STOPPED') done();
    }
    obs.on('StreamStateChanged', changed);
  });
  await obs.call('StopStream');
  await stopped;
}
