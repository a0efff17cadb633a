/** Reads a stream of server-sent events of the control plane, in virtual time. */
import { expect } from 'vitest';
import type { World } from '../system/world.ts';

export interface Sent {
  id: string | undefined;
  name: string;
  body: unknown;
}
const messages = (text: string): Sent[] =>
  [...text.matchAll(/^(?:id: (.+)\n)?event: (.+)\ndata: (.+)$/gm)].map(([, id, name = '', data = '{}']) => ({
    id,
    name,
    body: JSON.parse(data),
  }));

/** Reads a stream until enough has been said, while time passes. */
export async function readStream(
  world: World,
  path: string,
  enough: (sent: readonly Sent[]) => boolean,
  headers: Record<string, string> = {},
): Promise<Sent[]> {
  const response = await world.host.fetch(
    new Request(`${world.host.origin}${path}`, { headers: { host: '127.0.0.1', ...headers } }),
  );
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let ended = false;
  const reading = (async () => {
    for (;;) {
      const { done, value = '' } = await reader.read();
      text += value;
      if (done) break;
    }
  })().finally(() => {
    ended = true;
  });
  while (!ended && !enough(messages(text))) await world.pass(1);
  await reader.cancel().catch(() => {});
  await reading.catch(() => {});
  return messages(text);
}
export const named = (sent: readonly Sent[], name: string): unknown[] =>
  sent.flatMap((one) => (one.name === name ? [one.body] : []));
