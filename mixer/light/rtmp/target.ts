/** Where a stream goes: `rtmps://HOST[:PORT]/APP`, without the key. */
export interface Target {
  secure: boolean;
  host: string;
  port: number;
  /** Path and query, as the server is asked for them. */
  app: string;
  /** The address as RTMP repeats it. */
  url: string;
}

/** @throws TypeError when it is no address */
export function targetOf(server: string): Target {
  const { protocol, hostname, port, pathname, search } = new URL(server);
  const secure = protocol === 'rtmps:';
  if (!secure && protocol !== 'rtmp:') throw new TypeError('an RTMP or RTMPS address is needed');
  const number = Number(port) || (secure ? 443 : 1935);
  const host = hostname.replace(/^\[|\]$/g, '');
  const app = `${pathname.replace(/^\/|\/$/g, '')}${search}`;
  return { secure, host, port: number, app, url: `${protocol}//${hostname}:${number}/${app}` };
}
