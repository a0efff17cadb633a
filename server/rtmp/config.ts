/** nginx's configuration, as its RTMP module 1.2.2 (Debian) reads it. */

/** The one application: what stands between host and name in an address. */
export const APPLICATION = 'live';
/** Seconds between two questions about one that sends or plays: what is withdrawn ends within them. */
const ASK_EVERY = '2s';

export interface NginxOptions {
  /** Path of ngx_rtmp_module.so. */
  module: string;
  bind: string;
  port: number;
  /** Where hooks are answered, without an end. */
  hooks: string;
  /** What is played is pulled from there, and what nobody plays is not. */
  pull?: { address: string; port: number; proof: string };
}

const address = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

export const nginxConfig = ({ module, bind, port, hooks, pull }: NginxOptions): string => `load_module ${module};
daemon off;
pid nginx.pid;
worker_processes 1;
# What it would say more of holds names and tokens.
error_log stderr crit;
events { worker_connections 4096; }
rtmp {
  access_log off;
  # One that vanished without a word makes room.
  ping 5s;
  ping_timeout 5s;
  server {
    listen ${address(bind, port)};
    application ${APPLICATION} {
      live on;
      wait_key on;
      wait_video off;
      drop_idle_publisher 10s;
      on_publish ${hooks};
      on_play ${hooks};
      on_update ${hooks};
      on_done ${hooks};
      notify_update_timeout ${ASK_EVERY};
      notify_update_strict on;
${pull ? `      pull rtmp://${address(pull.address, pull.port)}/${APPLICATION} pageUrl=${pull.proof};\n      pull_reconnect 1s;\n` : ''}    }
  }
}
`;
