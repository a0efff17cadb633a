/** The two who may send the programme: who sends, who is on air, and who shall be. */
import type { Presenters as Both } from '../../../../contract/api/source.ts';
import type { WantedPresenter } from '../../../../contract/presenters.ts';
import { State } from '../../parts/basic.tsx';
import { Press } from '../../parts/press.tsx';
import type { Tone } from '../../say/language.ts';
import { event, presenters } from '../../state/live.ts';
import { me } from '../../state/me.ts';
import { isOpen, operations } from '../../state/operations.ts';
import { t } from '../../texts/index.ts';
import { number } from '../../texts/time.ts';
import { refusalOf } from './row.tsx';

type Name = Exclude<WantedPresenter, 'auto'>;
const NAMES: readonly Name[] = ['main', 'backup'];
const WANTED: readonly WantedPresenter[] = [...NAMES, 'auto'];

/** One word for a presenter, as for a language. */
function wordOf(both: Both, name: Name): [Tone, string] {
  const { connected, problem } = both[name];
  if (both.onAir === name) return ['good', t('presenter.onAir')];
  if (!connected) return ['off', t('presenter.absent')];
  return problem === null ? ['idle', t('presenter.ready')] : ['warn', t('presenter.unable')];
}

function Switch({
  both,
  active,
  refusal,
}: {
  both: Both | null;
  active: WantedPresenter;
  refusal: string | undefined;
}) {
  const now = event.value;
  if (!now) return null;
  const name = t(`presenter.${active}`);
  const placeOf = (one: WantedPresenter) => `${now.event} source ${one}`;
  // Two at once would be told in no order.
  const other = WANTED.some((one) => one !== active && isOpen(operations.value[placeOf(one)]));
  const sends = active === 'auto' || both === null || both[active].connected;
  return (
    <Press
      given={{ place: placeOf(active), path: `/api/events/${now.event}/source`, body: { active }, keptThere: true }}
      consequence={active === 'auto' ? t('presenter.autoWhat') : t(sends ? 'presenter.putWhat' : 'presenter.putAbsent')}
      refusal={
        refusal ??
        (other ? t('presenter.other') : undefined) ??
        (both?.wanted === active && (active === 'auto' || both.onAir === active) ? t('presenter.chosen') : undefined)
      }
      {...(active === 'auto' ? {} : { sure: t('presenter.sure', { name }) })}
    >
      {active === 'auto' ? t('presenter.auto') : t('presenter.put', { name })}
    </Press>
  );
}

export function Presenters() {
  const now = event.value;
  const both = presenters.value;
  if (!now) return null;
  const refusal = refusalOf('source');
  return (
    <>
      {both && (
        <>
          <p class="hint">
            {both.wanted === 'auto'
              ? t('presenter.byRelay')
              : t('presenter.byHand', { name: t(`presenter.${both.wanted}`) })}
          </p>
          <ul class="presenters">
            {NAMES.map((name) => {
              const [tone, word] = wordOf(both, name);
              const { connected, bitrate, problem } = both[name];
              return (
                <li key={name} data-tone={tone} data-presenter={name}>
                  <strong>{t(`presenter.${name}`)}</strong>
                  <State tone={tone}>{word}</State>
                  <span class="figures muted">
                    {connected ? t('relay.bitrate', { mbps: number(bitrate / 1e6, 1) }) : ''}
                  </span>
                  {problem !== null && <span class="row-why">{problem}</span>}
                </li>
              );
            })}
          </ul>
        </>
      )}
      {me.value?.mayOperate && (
        <div class="doing">
          {WANTED.map((active) => (
            <Switch key={active} both={both} active={active} refusal={refusal} />
          ))}
        </div>
      )}
    </>
  );
}
