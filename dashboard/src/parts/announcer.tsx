/** What is said aloud to those who do not look: politely, and at once only when the programme is lost. The regions are there before their words. */
import { signal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { second } from '../state/clock.ts';
import { judgedNow } from '../state/judged.ts';
import { event, presenters } from '../state/live.ts';
import { said, t } from '../texts/index.ts';
import { languageName } from '../texts/languages.ts';

const polite = signal('');
const urgent = signal('');
export const announce = (text: string): void => {
  polite.value = text;
};

/** Minutes before its end at which an event's remaining time is said. */
const WARNINGS = [30, 10, 1];

interface Heard {
  event: string;
  state: string;
  off: string;
  /** Nobody sends the programme: viewers see the slate. */
  slate: boolean;
  left: number;
}

export function Announcer() {
  const before = useRef<Heard | undefined>(undefined);
  useSignalEffect(() => {
    const now = event.value;
    if (!now) {
      before.current = undefined;
      return;
    }
    const off = judgedNow.value.filter(({ word }) => word === 'offAir').map(({ language }) => languageName(language));
    const left = now.expiresAt ? (Date.parse(now.expiresAt) - second.value) / 60_000 : Number.POSITIVE_INFINITY;
    const slate = presenters.value !== null && presenters.value.onAir === null;
    const was = before.current;
    before.current = { event: now.deploymentId, state: now.state, off: off.join(), slate, left };
    if (!was || was.event !== now.deploymentId) return;
    if (was.state !== now.state)
      polite.value = t('announce.state', { title: now.title, state: said('state', now.state) });
    if (off.length > 0 && was.off !== off.join()) urgent.value = t('announce.off', { names: off.join(', ') });
    if (slate && !was.slate) urgent.value = t('announce.slate');
    // The same loss a second time is said a second time.
    if (off.length === 0 && !slate) urgent.value = '';
    if (off.length === 0 && was.off !== '') polite.value = t('announce.back');
    const passed = WARNINGS.find((minutes) => was.left > minutes && left <= minutes);
    if (passed !== undefined) polite.value = t('announce.left', { n: passed });
  });
  return (
    <div class="hidden">
      <div aria-live="polite" aria-atomic="true">
        {polite.value}
      </div>
      <div role="alert" aria-live="assertive" aria-atomic="true">
        {urgent.value}
      </div>
    </div>
  );
}
