/** The one sentence on top: are we on air, what is not, what is done about it. Made of the same codes as everything below it. */
import type { DeploymentStatus } from '../../../contract/api/deployment.ts';
import type { LiveEvent } from '../../../contract/api/live.ts';
import { said, t } from '../texts/index.ts';
import { languageName } from '../texts/languages.ts';
import { duration, moment, readable } from '../texts/time.ts';
import { type Judged, troubleFirst } from './language.ts';
import type { JudgedShared } from './shared.ts';

export interface Sentence {
  /** Whether viewers are, or will be, served. */
  head: string;
  /** What goes wrong and what is done; empty when nothing does. */
  more: string[];
}

export const componentName = (component: string, language: string | null): string =>
  language === null ? said('component', component) : languageName(language);

/** The same of one of these components by its id. */
export const nameIn = (components: LiveEvent['components'], id: string): string =>
  componentName(id, components.find(({ component }) => component === id)?.language ?? null);

/** Sentences of troubles shown; the rows have all of them. */
const MOST = 2;

function troubles(judged: readonly Judged[], shared: readonly JudgedShared[], now: number): string[] {
  const all = [
    ...shared
      .filter(({ tone }) => tone === 'bad' || tone === 'warn')
      .map((one) => ({
        name: componentName(one.component, null),
        reason: one.reason ?? t(`shared.${one.word}`).toLocaleLowerCase(),
        since: one.since,
        helped: one.word === 'helped',
      })),
    ...troubleFirst(judged)
      .filter(({ tone }) => tone === 'bad' || tone === 'warn')
      .map((one) => ({
        name: languageName(one.language),
        reason: one.reason ?? t(`word.${one.word}`).toLocaleLowerCase(),
        since: one.since,
        helped: one.word === 'helped',
      })),
  ];
  const lines = all.slice(0, MOST).map(({ name, reason, since, helped }) => {
    const what = t('sentence.trouble', { name, reason: readable(reason) });
    const long = since ? ` ${t('sentence.for', { time: duration((now - Date.parse(since)) / 1000) })}` : '';
    return `${what}${long}${helped ? `; ${t('sentence.helped')}` : ''}.`;
  });
  return all.length > MOST ? [...lines, t('sentence.others', { n: all.length - MOST })] : lines;
}

function onAir(judged: readonly Judged[]): string {
  const n = judged.length;
  const wanted = judged.filter((one) => one.wanted).length;
  // What is unwell may stream and may not: what it said last is no word of now.
  const on = judged.filter(({ streaming, word }) => streaming && word === 'onAir').length;
  const sure = !judged.some(({ streaming, word }) => streaming && word !== 'onAir');
  if (n === 0) return t('sentence.noLanguages');
  if (wanted === 0 && on === 0) return t('sentence.ready', { n });
  if (on === n) return t('sentence.onAirAll', { n });
  if (on === 0) return sure ? t('sentence.offAir', { n: wanted }) : t('sentence.unsure', { n });
  return t(sure ? 'sentence.onAir' : 'sentence.onAirSurely', { on, n });
}

/** @param now milliseconds since the Unix epoch */
export function sentence(
  event: LiveEvent,
  deployment: DeploymentStatus | undefined,
  judged: readonly Judged[],
  shared: readonly JudgedShared[],
  now: number,
): Sentence {
  const nodes = deployment?.nodes ?? [];
  const done = nodes.filter(({ state }) => state === 'done').length;
  switch (event.state) {
    case 'scheduled':
      return { head: t('sentence.scheduled', { time: event.startsAt ? moment(event.startsAt) : '–' }), more: [] };
    case 'preflight':
      return { head: t('sentence.preflight'), more: [] };
    case 'provisioning':
    case 'verifying':
      return { head: t('sentence.making', { done, all: nodes.length }), more: [] };
    case 'paused':
      return { head: t('sentence.paused'), more: [] };
    case 'changing':
      return { head: onAir(judged), more: [t('sentence.changing'), ...troubles(judged, shared, now)] };
    case 'tearing-down':
      return { head: t('sentence.leaving'), more: [] };
    case 'rolling-back':
      return { head: t('sentence.rollingBack'), more: reasonsOf(deployment) };
    case 'failed':
      return { head: t('sentence.failed'), more: reasonsOf(deployment) };
    case 'gone':
      return { head: t('sentence.gone'), more: [] };
    case 'broken':
      return { head: t('sentence.broken'), more: event.health.reasons.map(readable) };
    default:
      return { head: onAir(judged), more: troubles(judged, shared, now) };
  }
}

function reasonsOf(deployment: DeploymentStatus | undefined): string[] {
  const error = deployment?.error;
  if (!error) return [];
  return [`${error.code}: ${error.message}`, ...(error.advice ? [error.advice] : []), error.consequence].map((one) =>
    /[.!?]$/.test(one) ? one : `${one}.`,
  );
}
