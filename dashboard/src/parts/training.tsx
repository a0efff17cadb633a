/** The training ground's bar: faults by name, so that people have seen them before they happen. Only where a simulator stands in for Azure. */

import { useSignal } from '@preact/signals';
import type { Training as Answer } from '../../../contract/api/training.ts';
import { EXERCISES, type Exercise } from '../../../contract/exercises.ts';
import { ask, wordsOf } from '../api/client.ts';
import { event } from '../state/live.ts';
import { t } from '../texts/index.ts';
import { languageName } from '../texts/languages.ts';
import { Choose } from './choose.tsx';

/** About one language of the event that is looked at. */
const OF_LANGUAGE: readonly Exercise[] = ['mixer-dies', 'mixer-unwell'];

export function Training() {
  const open = useSignal(false);
  const answer = useSignal<Answer | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const now = event.value;
  const language = chosen.value && now?.languages.includes(chosen.value) ? chosen.value : now?.languages.at(-1);
  const say = async (method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<void> => {
    try {
      answer.value = await ask<Answer>('/api/training', { method, ...(body === undefined ? {} : { body }) });
      wrong.value = undefined;
    } catch (error) {
      wrong.value = wordsOf(error);
    }
  };
  const nameOf = (exercise: Exercise, of = language): string =>
    t(`exercise.${exercise}`, { language: of ? languageName(of) : t('exercise.someLanguage') });
  const running = answer.value?.running ?? [];
  return (
    <aside class="training" aria-label={t('training')}>
      <button
        type="button"
        class="training-open"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
          if (open.value) void say('GET');
        }}
      >
        {t('training')}
        {running.length > 0 && (
          <span class="count" data-tone="warn">
            {running.length}
          </span>
        )}
      </button>
      {open.value && (
        <div class="training-panel">
          <p class="hint">{t('training.what')}</p>
          {now && (
            <Choose
              label={t('language')}
              value={language}
              options={now.languages.map((one) => [one, languageName(one)])}
              pick={(picked) => {
                chosen.value = picked;
              }}
            />
          )}
          <div class="exercises">
            {EXERCISES.filter((one) => now || !OF_LANGUAGE.includes(one)).map((exercise) => (
              <button
                key={exercise}
                type="button"
                class="small"
                onClick={() =>
                  void say('POST', {
                    exercise,
                    ...(now ? { event: now.event } : {}),
                    ...(OF_LANGUAGE.includes(exercise) && language ? { language } : {}),
                  })
                }
              >
                {nameOf(exercise)}
              </button>
            ))}
          </div>
          <div role="status">
            {wrong.value && <p class="errors">{wrong.value}</p>}
            {running.length > 0 && (
              <ul class="running">
                {running.map(({ exercise, language: of, event: which }) => (
                  <li key={`${exercise} ${of} ${which}`}>
                    {nameOf(exercise, of)} <span class="muted">{which}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
          {running.length > 0 && (
            <button type="button" class="small" onClick={() => void say('DELETE')}>
              {t('training.stop')}
            </button>
          )}
        </div>
      )}
    </aside>
  );
}
