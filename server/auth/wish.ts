/** What somebody asks for, read from what their program sent. */
import type { Ask } from '../../contract/access.ts';
import { pathSchema, TOKEN } from '../../contract/access.ts';

export interface Wish {
  /** The path that was named; absent where a stream key stands in its place. */
  path?: string;
  token?: string;
  login?: { user: string; password: string };
}

/** Fields of `#!::k=v,k=v`; undefined for what is no such thing, or says one thing twice. */
function fieldsOf(streamId: string): Map<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const part of streamId.slice('#!::'.length).split(',')) {
    const at = part.indexOf('=');
    if (at < 1 || fields.has(part.slice(0, at))) return undefined;
    fields.set(part.slice(0, at), part.slice(at + 1));
  }
  return fields;
}

/** An SRT stream id: the access-control form, or plain `PATH/TOKEN` or `TOKEN` for devices that cannot send that. */
function ofStreamId({ name, call }: Ask): Wish | undefined {
  if (!name.startsWith('#!::')) {
    const [first = '', second, ...more] = name.split('/');
    if (more.length > 0) return undefined;
    return second === undefined ? named(first) : named(first, second);
  }
  const fields = fieldsOf(name);
  if (!fields) return undefined;
  // The rule of libsrt's own server: what does not say how it is meant is a request.
  if ((fields.get('m') ?? 'request') !== (call === 'publish' ? 'publish' : 'request')) return undefined;
  const [user, session] = [fields.get('u'), fields.get('s')];
  const resource = fields.get('r') ?? '';
  return user === undefined ? named(resource, session) : named(resource, undefined, { user, password: session ?? '' });
}

function named(name: string, token?: string, login?: Wish['login']): Wish | undefined {
  // A key says by itself where it leads.
  if (TOKEN.test(name)) return token === undefined && login === undefined ? { token: name } : undefined;
  if (!pathSchema.safeParse(name).success) return undefined;
  if (token !== undefined && login !== undefined) return undefined;
  return { path: name, ...(token === undefined ? {} : { token }), ...(login === undefined ? {} : { login }) };
}

/** Undefined for what cannot be read. */
export function wishOf(ask: Ask): Wish | undefined {
  if (ask.protocol === 'srt') return ofStreamId(ask);
  const { name, token, user, password } = ask;
  return named(name, token, user === undefined ? undefined : { user, password: password ?? '' });
}
