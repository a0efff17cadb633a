/** Days of the week, to be ticked. */
import { DAYS, dayName } from '../texts/days.ts';
import { t } from '../texts/index.ts';

export const Days = ({ days, set }: { days: readonly string[]; set: (to: string[]) => void }) => (
  <fieldset class="checks">
    <legend>{t('schedule.days')}</legend>
    {DAYS.map((day) => (
      <label key={day} class="check">
        <input
          type="checkbox"
          checked={days.includes(day)}
          onChange={(changed) =>
            set(changed.currentTarget.checked ? [...days, day] : days.filter((one) => one !== day))
          }
        />
        <span>{dayName(day)}</span>
      </label>
    ))}
  </fieldset>
);
