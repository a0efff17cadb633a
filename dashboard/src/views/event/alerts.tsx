/** What stands and is no language's: alerts, a hold, things of others in the event's groups. */

import { second } from '../../state/clock.ts';
import { event } from '../../state/live.ts';
import { said, t } from '../../texts/index.ts';
import { duration, readable } from '../../texts/time.ts';

export function Alerts() {
  const now = event.value;
  if (!now) return null;
  const { alerts, held, left } = now;
  if (alerts.length === 0 && held === null && left.length === 0) return null;
  return (
    <ul class="notices">
      {alerts.map(({ component, title, since }) => (
        <li key={component} class="notice" data-tone="warn">
          <strong>{said('component', component)}</strong> {readable(title)}{' '}
          <span class="muted">{t('events.for', { time: duration((second.value - Date.parse(since)) / 1000) })}</span>
        </li>
      ))}
      {held !== null && (
        <li class="notice" data-tone="warn">
          {t('event.held', { tag: held })}
        </li>
      )}
      {left.length > 0 && (
        <li class="notice" data-tone="warn">
          {t('event.left', { n: left.length })}: {left.map(({ name, why }) => `${name} (${why})`).join(', ')}
        </li>
      )}
    </ul>
  );
}
