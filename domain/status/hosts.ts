import type { LifecycleState } from '../lifecycle/state.ts';

/** Public addresses are IPv4: seven base-36 digits instead of fifteen characters. */
export function encodeAddress(ip: unknown): string {
  if (typeof ip !== 'string') return '';
  const parts = ip.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return '';
  return parts.reduce((sum, part) => sum * 256 + part, 0).toString(36);
}

export function decodeAddress(text: string): string | undefined {
  const value = text === '' ? Number.NaN : Number.parseInt(text, 36);
  if (!Number.isFinite(value)) return undefined;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The names Azure gave the container groups, once they are there: [relay, slides]. */
export function knownHosts(state: LifecycleState): [string, string] | undefined {
  const host = (id: string): string => {
    const fqdn = state.nodes[id]?.facts?.fqdn;
    return typeof fqdn === 'string' ? fqdn.slice(0, 160) : '';
  };
  const hosts: [string, string] = [host('relay'), host('slides')];
  return hosts[0] || hosts[1] ? hosts : undefined;
}
