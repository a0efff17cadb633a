import { describe, expect, it } from 'vitest';
import { languagesMeant } from '../../domain/language-names.ts';
import { admission, refusal, takenAdvice } from '../../domain/lifecycle/admission.ts';
import { languageField } from '../../domain/request/fields.ts';
import { EVENT_STATES, is } from '../../domain/states.ts';
import { COMMANDS } from '../../domain/status/encoded.ts';

describe('refusals', () => {
  it.each(COMMANDS)('of %s are sentences about this event, in every state', (command) => {
    for (const state of EVENT_STATES)
      for (const remains of [true, false]) {
        const admitted = admission(state, remains, command);
        if (admitted.answer === 'accept') continue;
        const text = refusal(command, 'congress', admitted.reason);
        expect(text).toMatch(/^Cannot [a-z ]+ "congress": (the event (exists and )?is |its lifecycle broke)/);
        expect(text).not.toMatch(/Cannot (languages|replace|teardown|remediate) "|EVENT|torn down/);
      }
  });
  it('of a name that is taken name what follows it', () => {
    for (const state of [undefined, ...EVENT_STATES]) {
      const advice = takenAdvice(state, 'congress');
      expect(advice).toContain("'stream-control watch congress'");
      expect(advice.includes('teardown')).toBe(state !== undefined && !is(state, 'rising') && !is(state, 'removing'));
    }
  });
});

describe('languages', () => {
  it.each([
    ['French', 'french'],
    ['FR', 'fr'],
    ['français', 'french'],
    ['Deutsch', 'german'],
    ['ESPAÑOL', 'spanish'],
    ['pt-BR', 'pt-br'],
    ['日本語', 'japanese'],
  ])('%s suggests %s', (given, meant) => {
    expect(languagesMeant(given)).toContain(meant);
    expect(languageField.safeParse(given).error?.issues[0]?.message).toMatch(/; did you mean /);
  });
  it.each(['abcd-EFGH-1234-ijkl', 'SECRET', 'Pa$$word', ''])(
    '%j, which may be a secret, is not said again',
    (given) => {
      const message = languageField.safeParse(given).error?.issues[0]?.message ?? '';
      expect(message).toMatch(/letters or digits$/);
      if (given) expect(message.toLowerCase()).not.toContain(given.toLowerCase());
    },
  );
});
