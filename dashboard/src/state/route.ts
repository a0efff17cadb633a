/** Where in the page somebody is: its address, and nothing else. */
import { computed, signal } from '@preact/signals';

export const TABS = ['languages', 'connect', 'progress', 'journal', 'charts', 'commands'] as const;
export type Tab = (typeof TABS)[number];

/** Views whose address is their name. */
const ALONE = ['new', 'schedules', 'past', 'images'] as const;
type Alone = (typeof ALONE)[number];

export type Place =
  | { view: 'events' | Alone | 'nowhere' }
  | { view: 'event'; event: string; tab: Tab | undefined }
  | { view: 'deployment'; id: string };

const path = signal(location.pathname);
addEventListener('popstate', () => {
  path.value = location.pathname;
});

function placeOf(text: string): Place {
  const [first = '', second, third, ...more] = text.split('/').filter(Boolean).map(decoded);
  if (more.length > 0) return { view: 'nowhere' };
  if (first === '') return { view: 'events' };
  const alone = ALONE.find((one) => one === first);
  if (second === undefined && alone) return { view: alone };
  if (first === 'deployments' && second && third === undefined) return { view: 'deployment', id: second };
  if (first !== 'events' || !second) return { view: 'nowhere' };
  const tab = TABS.find((one) => one === third);
  return third === undefined || tab ? { view: 'event', event: second, tab } : { view: 'nowhere' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const place = computed(() => placeOf(path.value));
export const eventPath = (event: string, tab?: Tab): string =>
  `/events/${encodeURIComponent(event)}${tab ? `/${tab}` : ''}`;
export const deploymentPath = (id: string): string => `/deployments/${encodeURIComponent(id)}`;

/** @param keepScroll for what is a part of the same view */
export function go(to: string, { keepScroll = false, replace = false } = {}): void {
  if (to === path.value) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  path.value = to;
  if (keepScroll) return;
  scrollTo(0, 0);
  // Who listens to the page hears where it is now.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }));
}

/** Follows a link inside the page without loading it anew; everything else stays the browser's. */
export function follow(click: MouseEvent): void {
  const link = (click.target as Element).closest?.('a');
  if (!link || click.defaultPrevented || click.button !== 0) return;
  if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
  if (/^\/(?:api|\.auth)\//.test(link.pathname)) return;
  click.preventDefault();
  go(link.pathname, { keepScroll: link.dataset.keep !== undefined });
}
