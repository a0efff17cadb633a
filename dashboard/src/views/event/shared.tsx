/** What serves every language: one row each. */
import type { ComponentHealth } from '../../../../contract/api/live.ts';
import { State } from '../../parts/basic.tsx';
import { Monitor } from '../../parts/monitor.tsx';
import { Press } from '../../parts/press.tsx';
import { componentName } from '../../say/sentence.ts';
import { event, relays } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { complaintOf } from '../../state/pictures.ts';
import { looking } from '../../state/shown.ts';
import { t } from '../../texts/index.ts';
import { number } from '../../texts/time.ts';
import { refusalOf, Since } from './row.tsx';

/** What a shared picture shows that somebody should know. */
function Shows({ component }: { component: string }) {
  const found = complaintOf(component).value;
  if (!found) return null;
  return (
    <span>
      {' · '}
      {t(`picture.${found.what}`)}
      <Since time={found.since} />
    </span>
  );
}

export function Shared({ one }: { one: ComponentHealth }) {
  const relay = relays.value.find(({ component }) => component === one.component);
  const input = relay?.health?.input as { connected?: boolean; bitrate?: number } | undefined;
  const live = looking.value === undefined;
  const bad = one.health === 'unhealthy';
  const waits = !bad && live && input?.connected === false;
  const tone = bad ? 'bad' : waits ? 'warn' : one.health === 'healthy' ? 'good' : 'work';
  const now = event.value;
  const name = componentName(one.component, null);
  return (
    <li class="row shared" data-tone={tone}>
      <div class="row-line">
        {live && <Monitor component={one.component} name={name} />}
        <span class="row-open">
          <span class="row-name">{name}</span>
          <State tone={tone}>
            {bad
              ? t('word.unwell')
              : waits
                ? t('relay.noInput')
                : one.health === 'healthy'
                  ? t('relay.runs')
                  : t('word.making')}
          </State>
          <span class="row-why">
            {one.reason ?? ''}
            {live && input?.bitrate !== undefined && input.connected ? (
              <span class="figures">{t('relay.bitrate', { mbps: number(input.bitrate / 1e6, 1) })}</span>
            ) : null}
            {live && <Shows component={one.component} />}
            {live && typeof relay?.health?.callers === 'number' ? (
              <span class="muted figures"> · {t('relay.callers', { n: relay.health.callers })}</span>
            ) : null}
          </span>
        </span>
      </div>
      {bad && live && now && me.value?.mayOperate && (
        <div class="row-more">
          <Press
            given={{
              place: `${now.event} remediate ${one.component}`,
              path: `/api/events/${now.event}/remediate`,
              body: { component: one.component },
            }}
            consequence={t('remediate.what', { name })}
            sure={t('remediate.sure', { name })}
            refusal={refusalOf('remediate')}
          >
            {t('remediate.do', { name })}
          </Press>
        </div>
      )}
    </li>
  );
}
