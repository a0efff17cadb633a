/** What a program counts, for Prometheus: the numbers of its health, and how many there are of what it lists. */

/** Name in the health, name of the metric, its kind and what it is. */
const METRICS = [
  ['users', 'users', 'gauge', 'Users that may publish or play'],
  ['publishing', 'publishing', 'gauge', 'Connections that publish'],
  ['playing', 'playing', 'gauge', 'Connections and viewers that play'],
  ['paths', 'hls_paths', 'gauge', 'Paths that are carried as HLS'],
  ['refused', 'hls_refused_paths', 'gauge', 'Live paths that HLS cannot carry'],
  ['restarts', 'restarts_total', 'counter', 'Starts of a program after its first'],
] as const;

/** The text format of version 0.0.4. */
export function metricsOf(role: string, health: Readonly<Record<string, unknown>>): string {
  return METRICS.map(([field, name, type, help]) => {
    const found = health[field];
    const value = Array.isArray(found) ? found.length : found;
    if (typeof value !== 'number') return '';
    const metric = `stream_server_${name}`;
    return `# HELP ${metric} ${help}\n# TYPE ${metric} ${type}\n${metric}{role="${role}"} ${value}\n`;
  }).join('');
}

export const METRICS_TYPE = 'text/plain; version=0.0.4';
