/** What rows of languages and of what all share have in common. */
import { second } from '../../state/clock.ts';
import { event, mixer } from '../../state/live.ts';
import { looking } from '../../state/shown.ts';
import { t } from '../../texts/index.ts';
import { duration } from '../../texts/time.ts';

export const ago = (iso: string, now: number): string => duration((now - Date.parse(iso)) / 1000);

/** Why a command is refused now; undefined when it is taken. */
export const refusalOf = (command: string): string | undefined => {
  const found = event.value?.commands.find((one) => one.command === command);
  return found && found.answer !== 'accept' ? (found.reason ?? found.answer) : undefined;
};

/** Which sound of the programme a language gets: what it was told since stands before what it began with. */
export const soundOf = (language: string): string | undefined =>
  mixer(language).value?.desired?.audio ??
  event.value?.connection?.mixers.find((one) => one.language === language)?.audio;

/** Apart, so that only rows that count are drawn each second. */
export const Since = ({ time }: { time: string }) => (
  <span class="muted figures"> {t('sentence.for', { time: ago(time, looking.value ?? second.value) })}</span>
);
