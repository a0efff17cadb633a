/** Builds of an image: the one that runs with its progress, those before with what came of them, and when the next begins by itself. */
import { useSignal } from '@preact/signals';
import type { Build, BuildScheduleView } from '../../../../contract/api/image-builds.ts';
import type { Image } from '../../../../contract/api/images.ts';
import { At, State } from '../../parts/basic.tsx';
import { Press } from '../../parts/press.tsx';
import type { Tone } from '../../say/language.ts';
import { dayName, there } from '../../texts/days.ts';
import { said, t } from '../../texts/index.ts';
import { moment, money, readable } from '../../texts/time.ts';
import { Lines } from '../event/journal.tsx';
import { Begin } from './begin.tsx';
import { mayChange } from './versions.tsx';

const TONES: Record<Build['state'], Tone> = { running: 'work', done: 'good', failed: 'bad', broken: 'bad' };

function One({ build }: { build: Build }) {
  const { state, version, phase, detail, progress, error, cost, certificate, acceptedAt, endedAt, by } = build;
  return (
    <li class="card still">
      <span class="card-head">
        <strong class="card-title">{version}</strong>
        <State tone={TONES[state]}>{said('build', state)}</State>
      </span>
      {state === 'running' && (
        <p>
          <progress value={progress} max={1} aria-label={t('images.progress', { version })} />{' '}
          <span class="figures">{Math.round(progress * 100)} %</span>{' '}
          {phase && <span>{said('buildPhase', phase)}</span>} {detail && <span class="muted">{readable(detail)}</span>}
        </p>
      )}
      {error && (
        <p class="notice" data-tone="bad">
          <strong>{error.code}</strong> {readable(error.message)}{' '}
          {error.advice && <span class="muted">{readable(error.advice)}</span>}
        </p>
      )}
      <p class="muted">
        {t('images.begun', { by })} <At time={acceptedAt} />
        {endedAt && (
          <>
            {' · '}
            {t('past.ended')} <At time={endedAt} both={false} />
          </>
        )}
      </p>
      {cost && certificate && (
        <p>
          {t('images.cost', { cost: money(cost.total, cost.currency) })}{' '}
          {certificate.remains.length === 0
            ? certificate.existed.length > 0 && t('images.nothingLeft', { n: certificate.existed.length })
            : `${t('event.left', { n: certificate.remains.length })}: ${certificate.remains.join(', ')}`}
        </p>
      )}
      {build.journal.length > 0 && (
        <details>
          <summary>{t('tab.journal')}</summary>
          <Lines lines={build.journal} />
        </details>
      )}
    </li>
  );
}

function Weekly({ schedule, changed }: { schedule: BuildScheduleView; changed: () => void }) {
  const { image, days, at, timeZone, next, last } = schedule;
  return (
    <div class="card still">
      <p>
        {t('images.weekly')} {days.map(dayName).join(', ')} {at} <span class="muted">{timeZone}</span>
        {' · '}
        {t('schedule.next')} <strong class="figures">{there(next, timeZone)}</strong>
      </p>
      {last && (
        <p class="muted">
          {t('schedule.last')} {moment(last.occurrence)}: {last.problem ?? last.buildId}
        </p>
      )}
      {mayChange() && (
        <Press
          small
          given={{
            place: `image schedule remove ${image}`,
            path: `/api/images/${image}/schedule`,
            method: 'DELETE',
            body: undefined,
          }}
          sure={t('schedule.removeSure')}
          done={changed}
        >
          {t('schedule.remove')}
        </Press>
      )}
    </div>
  );
}

interface BuildsProps {
  image: Image;
  builds: readonly Build[];
  schedule: BuildScheduleView | null;
  changed: () => void;
}

export function Builds({ image, builds, schedule, changed }: BuildsProps) {
  const beginning = useSignal(false);
  const over = () => {
    beginning.value = false;
    changed();
  };
  return (
    <>
      <div class="view-head">
        <h3>{t('images.builds')}</h3>
        {mayChange() && !beginning.value && (
          <button
            type="button"
            class="small"
            onClick={() => {
              beginning.value = true;
            }}
          >
            {t('images.begin')}
          </button>
        )}
      </div>
      {beginning.value && <Begin image={image.image} over={over} />}
      {schedule && <Weekly schedule={schedule} changed={changed} />}
      {builds.length === 0 ? (
        <p class="muted">{t('images.noBuilds')}</p>
      ) : (
        <ul class="cards">
          {builds.map((build) => (
            <One key={build.buildId} build={build} />
          ))}
        </ul>
      )}
    </>
  );
}
