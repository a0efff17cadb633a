import { componentId } from '../component.ts';
import type { LifecycleState } from '../lifecycle/state.ts';
import { own } from '../own.ts';
import type { Layout, Member } from '../plan/layout.ts';
import { partOf } from '../plan/parts.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';

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

const hosts = new WeakMap<readonly Member[], { region: string; expected: Record<string, string> }>();

/** The names by which components are found, as the plan expects them; by component. Asked for at every turn. */
export function expectedHosts(input: LifecycleInput, layout: Layout): Record<string, string> {
  const known = hosts.get(layout.members);
  if (known?.region === layout.region) return known.expected;
  const expected = Object.fromEntries(
    layout.members.flatMap((member) => {
      const host = partOf(input, layout, member).scope('self.host');
      return host === undefined ? [] : [[componentId(member), String(host)]];
    }),
  );
  hosts.set(layout.members, { region: layout.region, expected });
  return expected;
}

/** The same, as Azure gave them once they are there: the name that came back is what is handed out. */
export function shownHosts(
  input: LifecycleInput,
  { plan, work }: Pick<LifecycleState, 'plan' | 'work'>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(expectedHosts(input, plan.layout)).map(([component, host]) => {
      const fqdn = own(work.nodes, component)?.facts?.fqdn;
      return [component, typeof fqdn === 'string' && fqdn !== '' ? fqdn.slice(0, 160) : host];
    }),
  );
}
