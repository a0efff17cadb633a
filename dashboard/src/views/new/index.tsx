/** A new event: the form, judged by the control plane while one types, and beside it what it would become. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TemplateAnswer, TemplateList } from '../../../../contract/api/template.ts';
import { ask, isPassing, wordsOf } from '../../api/client.ts';
import { Loading, Wrong } from '../../parts/basic.tsx';
import { t } from '../../texts/index.ts';
import { Form } from './form.tsx';
import { Preview } from './preview.tsx';
import { discard, draft, judgeForm, template } from './state.ts';

const AGAIN = 1_000;

export function NewEvent() {
  const list = useSignal<TemplateList['templates'] | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  /** Counts what somebody has asked for once more. */
  const tries = useSignal(0);
  const nth = tries.value;
  const chosen =
    draft.value.template || (list.value?.find(({ name }) => name === 'multilingual') ?? list.value?.[0])?.name;
  useEffect(() => judgeForm(), []);
  useEffect(() => discard, []);
  useEffect(() => {
    let left = false;
    const load = async (): Promise<void> => {
      try {
        list.value = (await ask<TemplateList>('/api/templates')).templates;
        wrong.value = undefined;
      } catch (error) {
        if (left) return;
        wrong.value = wordsOf(error);
        if (isPassing(error)) setTimeout(() => void load(), AGAIN);
      }
    };
    void load();
    return () => {
      left = true;
    };
  }, [nth]);
  useEffect(() => {
    if (!chosen) return;
    const asking = new AbortController();
    ask<TemplateAnswer>(`/api/templates/${encodeURIComponent(chosen)}`, { signal: asking.signal }).then(
      (found) => {
        template.value = found;
        wrong.value = undefined;
      },
      (error: unknown) => {
        if (!asking.signal.aborted) wrong.value = wordsOf(error);
      },
    );
    return () => asking.abort();
  }, [chosen, nth]);
  return (
    <section aria-labelledby="title">
      <div class="view-head">
        <h1 id="title" tabIndex={-1}>
          {t('nav.new')}
        </h1>
      </div>
      {wrong.value && <Wrong text={wrong.value} again={() => tries.value++} />}
      {list.value && template.value ? (
        <div class="new">
          <Form templates={list.value} template={template.value} />
          <Preview />
        </div>
      ) : (
        !wrong.value && <Loading lines={5} />
      )}
    </section>
  );
}
