/** What nginx's RTMP module says in its callbacks (ngx_rtmp_notify_module.c), read with the distrust that it needs. */

/** Said by the module itself; the rest of the form is what the client wrote behind its name. */
const OWN = ['app', 'flashver', 'swfurl', 'tcurl', 'pageurl', 'addr', 'clientid', 'call', 'name'] as const;
const PROOFS = ['token', 'user', 'password'] as const;

export interface Hook {
  call: 'publish' | 'play' | 'done';
  /** Of one that runs: whether it still may. */
  again: boolean;
  /** The same as long as the connection lives. */
  client: string;
  from: string;
  app: string;
  flashver: string;
  /** What a pull shows as its proof. */
  pageurl: string;
  name: string;
  token?: string;
  user?: string;
  password?: string;
}

const CALLS: Readonly<Record<string, Hook['call']>> = {
  publish: 'publish',
  update_publish: 'publish',
  play: 'play',
  update_play: 'play',
  done: 'done',
};

/** Undefined for a form in which something stands twice: the client's words would pass for the module's. */
export function readHook(form: string): Hook | undefined {
  const fields = new URLSearchParams(form);
  const own: Partial<Record<(typeof OWN)[number], string>> = {};
  for (const name of OWN) {
    const [value, ...more] = fields.getAll(name);
    if (value === undefined || more.length > 0) return undefined;
    own[name] = value;
  }
  const proofs: Partial<Record<(typeof PROOFS)[number], string>> = {};
  for (const name of PROOFS) {
    const [value, ...more] = fields.getAll(name);
    if (more.length > 0) return undefined;
    if (value !== undefined) proofs[name] = value;
  }
  const { app = '', flashver = '', pageurl = '', addr = '', clientid = '', name = '' } = own;
  const call = Object.hasOwn(CALLS, own.call ?? '') ? CALLS[own.call ?? ''] : undefined;
  if (call === undefined || !/^\d+$/.test(clientid)) return undefined;
  return {
    call,
    again: /^update_/.test(own.call ?? ''),
    client: clientid,
    from: addr,
    app,
    flashver,
    pageurl,
    name,
    ...proofs,
  };
}

/** How the module calls its own side of a pull; it belongs to no application, and so no client can say the same. */
export const isOwnPull = ({ app, flashver }: Hook): boolean => app === '' && flashver === 'ngx-local-relay';
