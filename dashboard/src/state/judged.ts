/** Every language of the event that is looked at, judged: now, or as it was. */
import { computed } from '@preact/signals';
import { type Judged, judge, type Seen } from '../say/language.ts';
import { type JudgedShared, judgeShared } from '../say/shared.ts';
import { t } from '../texts/index.ts';
import { second } from './clock.ts';
import { event, mixer, presenters, relays } from './live.ts';
import { complaintOf } from './pictures.ts';
import { shown } from './shown.ts';

/** Judged anew with every change, and every ten seconds, as silence is no change. */
const tens = computed(() => Math.floor(second.value / 10_000) * 10_000);

/** What is as it was keeps its identity: of fifty languages, those that changed are drawn, and none when nothing has. */
const kept = new Map<string, { text: string; one: Judged }>();
let list: readonly Judged[] = [];
function same(one: Judged): Judged {
  const text = JSON.stringify(one);
  const known = kept.get(one.language);
  if (known?.text === text) return known.one;
  kept.set(one.language, { text, one });
  return one;
}

/** What its picture shows that viewers notice: a picture may rightly stand still. */
function showsOf(component: string | undefined): Seen['shows'] {
  const complaint = component === undefined ? undefined : complaintOf(component).value;
  if (!complaint || complaint.what === 'still') return undefined;
  return { reason: t(`picture.${complaint.what}`), since: complaint.since };
}

export const judgedNow = computed<readonly Judged[]>(() => {
  const now = event.value;
  const next = (now?.languages ?? []).map((language) =>
    same(
      judge(language, {
        state: now?.state ?? '',
        component: now?.components.find((one) => one.language === language),
        mixer: mixer(language).value,
        shows: showsOf(now?.components.find((one) => one.language === language)?.component),
        now: tens.value,
      }),
    ),
  );
  if (next.length !== list.length || next.some((one, index) => one !== list[index])) list = next;
  return list;
});

export const judgedShown = computed<readonly Judged[]>(() => {
  const what = shown.value;
  if (!what || what.at === undefined) return judgedNow.value;
  return (event.value?.languages ?? []).map((language) =>
    judge(language, {
      state: what.state,
      component: what.components.find((one) => one.language === language),
      // What a mixer said then is not kept.
      mixer: undefined,
      now: what.at ?? 0,
    }),
  );
});

/** What serves every language: relays and whatever else is no language's own. */
export const sharedShown = computed<readonly JudgedShared[]>(() => {
  const what = shown.value;
  const parts = (what?.components ?? []).filter(({ language }) => language === null);
  // What a relay said then is not kept.
  const said = what?.at === undefined ? relays.value : [];
  return parts.map((one) =>
    judgeShared(
      one,
      said.find(({ component }) => component === one.component),
    ),
  );
});
/** Those that everybody should hear of. Slides may well be sent by nobody. */
export const sharedTroubles = computed<readonly JudgedShared[]>(() =>
  sharedShown.value.filter(({ word, component }) => word !== 'noInput' || component === presenters.value?.component),
);
