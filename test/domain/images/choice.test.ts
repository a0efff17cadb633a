import { expect, test } from 'vitest';
import { type Choices, choiceFor, pinnedTo, takenVersion, withChosen, withPin } from '../../../domain/images/choice.ts';
import type { Version } from '../../../domain/images/versions.ts';

const at = '2026-11-21T08:00:00.000Z';
const choice = (version: string) => ({ version, by: 'someone', at });
const version = (name: string, more: Partial<Version> = {}): Version => ({
  name,
  osState: 'generalised',
  state: 'Succeeded',
  proved: true,
  excluded: false,
  regions: ['westeurope'],
  ...more,
});
const wanted = { region: 'westeurope', osState: 'generalised', now: Date.parse(at) } as const;

test('a pin counts before what is chosen for all, and only for its event', () => {
  let choices: Choices = withChosen({}, 'mixer', choice('1.1.0'));
  choices = withPin(choices, 'mixer', 'congress', choice('1.0.0'));
  expect(choiceFor(choices, 'mixer', 'congress')?.version).toBe('1.0.0');
  expect(choiceFor(choices, 'mixer', 'constructor')?.version).toBe('1.1.0');
  expect(choiceFor(choices, 'relay', 'congress')).toBeUndefined();
  expect(pinnedTo(choices, 'mixer', '1.0.0')).toEqual(['congress']);
  choices = withChosen(withPin(choices, 'mixer', 'congress', undefined), 'mixer', undefined);
  expect(choiceFor(choices, 'mixer', 'congress')).toBeUndefined();
});

test('a version that is gone gives way to the next newest that is proved, and that is said', () => {
  const versions = [version('1.0.0'), version('1.1.0', { proved: false }), version('1.3.0')];
  expect(takenVersion(choice('1.0.0'), versions, wanted)).toEqual({ version: '1.0.0' });
  expect(takenVersion(choice('1.2.0'), versions, wanted)).toMatchObject({
    version: '1.0.0',
    said: expect.stringContaining('1.2.0 that was chosen is gone: 1.0.0'),
  });
  // With none before it, the newest there is.
  expect(takenVersion(choice('0.9.0'), versions, wanted)?.version).toBe('1.3.0');
  expect(takenVersion(choice('1.0.0'), [version('1.0.0', { state: 'Deleting' })], wanted)).toBeUndefined();
});
