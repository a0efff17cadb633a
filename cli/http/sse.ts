/** One server-sent event (HTML standard, section "Server-sent events"). */
export interface ServerEvent {
  id: string | undefined;
  event: string;
  data: string;
  /** Milliseconds to wait before reconnecting, when the server named it. */
  retry: number | undefined;
}

/**
 * Reads a text/event-stream body. Comments (heartbeats) yield nothing but keep `alive` called,
 * so that a caller can tell a quiet server from a dead connection.
 */
export async function* serverEvents(
  body: ReadableStream<Uint8Array>,
  alive: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let buffer = '';
  let id: string | undefined;
  let retry: number | undefined;
  let event = 'message';
  let data: string[] = [];
  for await (const chunk of body) {
    alive();
    buffer += decoder.decode(chunk, { stream: true });
    // A lone CR at the end may be the first half of CRLF: it stays until the next chunk shows.
    const lines = buffer.split(/\r\n|\n|\r(?!$)/);
    buffer = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, event, data: data.join('\n'), retry };
        event = 'message';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') data.push(value);
      else if (field === 'event') event = value;
      else if (field === 'id') id = value;
      else if (field === 'retry' && /^\d+$/.test(value)) retry = Number(value);
    }
  }
}
