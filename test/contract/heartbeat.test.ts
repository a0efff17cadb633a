/** A mixer that is not heard is restarted: so nothing it says is refused for its looks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHeartbeat, speakerSchema } from '../../contract/heartbeat.ts';
import { other, type Problem, problemSchema, problemText } from '../../contract/problems.ts';
import { complaintText } from '../../domain/seam/complaint.ts';
import { verdictOf } from '../../entities/agent.ts';

const AT = '2026-11-21T08:00:00.000Z';

test('any body becomes a small heartbeat, and a well-formed one is taken as it is', () => {
  const field = fc.oneof(fc.jsonValue(), fc.string({ maxLength: 2000, unit: 'binary' }), fc.double());
  const body = fc.record(
    {
      streaming: field,
      scene: field,
      reconnects: field,
      droppedFrames: field,
      sources: field,
      problems: field,
      warnings: field,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(body, (said) => {
      const heartbeat = readHeartbeat(said, AT);
      expect(JSON.stringify(heartbeat).length).toBeLessThan(40_000);
      expect(JSON.stringify(heartbeat).isWellFormed()).toBe(true);
      for (const count of [heartbeat.reconnects, heartbeat.droppedFrames])
        if (count !== undefined) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      expect(verdictOf(heartbeat).problems.every((each) => complaintText(each).length <= 200)).toBe(true);
    }),
  );
  const well = {
    ...{ streaming: true, scene: 'programme', reconnects: 2, droppedFrames: 0 },
    ...{ sources: { programme: 'alive' }, problems: [{ code: 'source-silent', source: 'programme' }] },
  };
  expect(readHeartbeat(well, AT)).toEqual({ at: AT, ...well });
});

test.each([
  ['a scene of 61 characters', { scene: 'x'.repeat(61) }, { scene: 'x'.repeat(61) }, undefined],
  ['a scene without end', { scene: '𝄞'.repeat(5000) }, {}, /clipped or ignored: scene$/],
  [
    'counts out of range',
    { reconnects: -3, droppedFrames: 1e300 },
    { reconnects: 0, droppedFrames: Number.MAX_SAFE_INTEGER },
    /reconnects, droppedFrames/,
  ],
  ['a count that is none', { reconnects: 'many' }, {}, /reconnects/],
  [
    'more reasons than anybody reads',
    { problems: Array.from({ length: 99 }, (_, n) => `${n}`) },
    { problems: Array.from({ length: 10 }, (_, n) => other(`${n}`)) },
    /problems/,
  ],
  [
    'a reason by itself',
    { problems: 'the stream is not connected' },
    { problems: [other('the stream is not connected')] },
    /problems/,
  ],
  [
    'a problem longer than is kept',
    { problems: ['x'.repeat(300)] },
    { problems: [other('x'.repeat(200))] },
    /problems/,
  ],
  ['a code of another version', { problems: [{ code: 'on-fire' }] }, { problems: [other('on-fire')] }, undefined],
  [
    'a code of another version with its words',
    { problems: [{ code: 'on-fire', text: 'it burns' }] },
    { problems: [other('it burns')] },
    undefined,
  ],
  [
    'a code whose parameters are odd',
    { problems: [{ code: 'source-silent', source: 'camera' }] },
    { problems: [other('source-silent')] },
    undefined,
  ],
  [
    'codes that only the control plane gives',
    { problems: [{ code: 'alert', title: 'x' }] },
    { problems: [other('alert')] },
    undefined,
  ],
  ['problems that say nothing', { problems: [7, null, {}, ' '] }, { problems: [] }, /problems/],
  ['no word on streaming', { streaming: undefined }, { streaming: false }, /streaming/],
  ['sources as a list', { sources: ['programme'] }, {}, /sources/],
])('%s', (_what, said, kept, warning) => {
  const heartbeat = readHeartbeat({ streaming: true, ...said }, AT);
  expect(heartbeat).toMatchObject({ at: AT, ...kept });
  if (warning) expect(heartbeat.warnings?.map(problemText).at(-1)).toMatch(warning);
  else expect(heartbeat).not.toHaveProperty('warnings');
});

test('every problem has words of its own, and what it is sent as reads back the same', () => {
  const problems: Problem[] = problemSchema.options.map(({ shape: { code } }) => {
    const all = { code: code.value, source: 'slides', request: 'StartStream', reason: 'not ready', text: 'in words' };
    return problemSchema.parse(all);
  });
  expect(new Set(problems.map(problemText)).size).toBe(problems.length);
  for (const problem of problems) {
    const sent = JSON.parse(JSON.stringify({ streaming: true, problems: [problem] }));
    expect(readHeartbeat(sent, AT)).toEqual({ at: AT, streaming: true, problems: [problem] });
  }
});

test('who speaks must say so: by a language, or by the component', () => {
  const says = (who: object) => speakerSchema.safeParse({ deploymentId: 'demo-abc-12345678', ...who }).success;
  expect([says({ language: 'french' }), says({ component: 'mixer-1', language: '1' })]).toEqual([true, true]);
  for (const nobody of [{}, { language: '1' }, { language: '' }, { language: 7 }]) expect(says(nobody)).toBe(false);
});
