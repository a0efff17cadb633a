/** What every agent does, whoever plays it: the one on a mixer, the light mixer, the simulated one, the stand-in of media. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HEARTBEAT_ROUTE, heartbeatSchema } from '../../../contract/heartbeat.ts';
import { SOURCES, type Source } from '../../../contract/problems.ts';
import { ControlPlane, DEPLOYMENT, REFUSED, type Start, type Subject } from './subject.ts';

export interface Traits {
  /** There is a mixing program that can end. */
  hasProgram: boolean;
  /** What it takes in; everything unless told. */
  sources?: readonly Source[];
  /** It makes a picture of its own, from scenes; it does unless told. */
  hasScenes?: boolean;
  /** It can show what it sends; it does unless told. */
  hasPictures?: boolean;
}
export function agentsAgree(
  name: string,
  start: Start,
  { hasProgram, sources = SOURCES, hasScenes = true, hasPictures = true }: Traits,
): void {
  /** As far as this agent has scenes. */
  const on = (scene: string) => (hasScenes ? { scene } : {});
  const alive = Object.fromEntries(sources.map((source) => [source, 'alive']));
  let plane: ControlPlane;
  let agent: Subject | undefined;
  beforeEach(() => {
    plane = new ControlPlane();
  });
  afterEach(async () => {
    await agent?.stop();
    agent = undefined;
  });
  const started = async (wanted: object = {}): Promise<Subject> => {
    plane.reply(wanted);
    agent = await start(plane);
    await agent.pass(75);
    return agent;
  };

  describe(name, () => {
    test('says who it is with its proof, and follows what is wanted', async () => {
      const subject = await started({ streaming: false });
      expect(plane.beats[0]).toMatchObject({
        url: `http://127.0.0.1:7071/${HEARTBEAT_ROUTE}`,
        authorization: 'Bearer token-1',
        said: { deploymentId: DEPLOYMENT, language: 'french', streaming: false },
      });
      for (const { said } of plane.beats) expect(heartbeatSchema.safeParse(said).error).toBeUndefined();
      expect(plane.last).toMatchObject({
        ...{ streaming: false, ...on('programme'), problems: [], sources: alive },
      });
      plane.reply({ scene: 'slides' });
      await subject.pass(40);
      expect(plane.last).toMatchObject({ streaming: true, ...on('slides'), problems: [], warnings: [] });
      plane.body = '{}';
      await subject.pass(30);
      expect(plane.last).toMatchObject({ streaming: true, ...on('slides') });
      plane.reply({ streaming: false });
      await subject.pass(40);
      expect(plane.last).toMatchObject({ streaming: false, ...on('programme'), problems: [] });
    });

    test('beats as it is told, within what is possible', async () => {
      const subject = await started();
      expect(plane.gaps(3)).toEqual([10, 10, 10]);
      for (const [intervalSeconds, gap] of [
        [5, 5],
        ['often', 5],
        [-1, 5],
        [1e9, 300],
      ] as const) {
        plane.reply({ intervalSeconds });
        await subject.pass(Math.max(3 * gap, 30) + 10);
        expect(plane.gaps(2).at(-1)).toBe(gap);
      }
    });

    test.skipIf(!hasPictures)('shows a picture a second while somebody looks, and none before or after', async () => {
      const subject = await started();
      expect(plane.pictures).toEqual([]);
      plane.reply({ pictureSeconds: 1 });
      await subject.pass(30);
      const gaps = plane.pictures.slice(1).map((at, index) => (at - (plane.pictures[index] ?? 0)) / 1000);
      expect(gaps.length).toBeGreaterThan(10);
      for (const gap of gaps) expect(gap).toBeCloseTo(1, 0);
      // The rhythm of heartbeats is as ever.
      expect(plane.gaps(2)).toEqual([10, 10]);
      plane.reply({});
      plane.wantsPictures = false;
      await subject.pass(15);
      const told = plane.pictures.length;
      await subject.pass(30);
      expect(plane.pictures.length).toBe(told);
      plane.wantsPictures = true;
      plane.reply({ pictureSeconds: 1 });
      await subject.pass(15);
      expect(plane.pictures.length).toBeGreaterThan(told);
    });

    test('restarts the program once per id, never for one that stood there when it began', async () => {
      const subject = await started({ restartId: 'before' });
      expect(subject.restarts()).toBe(0);
      for (const restartId of [undefined, 5, null, '', 'before']) {
        plane.reply({ restartId });
        await subject.pass(20);
      }
      expect(subject.restarts()).toBe(0);
      plane.reply({ restartId: 'now' });
      await subject.pass(40);
      expect(subject.restarts()).toBe(1);
      for (const restartId of [undefined, 'now']) {
        plane.reply({ restartId });
        await subject.pass(20);
      }
      expect(subject.restarts()).toBe(1);
    });

    test('reads the key again once per id; one that is gone ends no stream that runs', async () => {
      const subject = await started({ rereadId: 'before' });
      await subject.secret('streamKey', undefined);
      await subject.pass(40);
      expect(plane.last).toMatchObject({ streaming: true, problems: [], warnings: [] });
      plane.reply({ rereadId: 'now' });
      await subject.pass(40);
      const gone = [{ code: 'stream-key-absent' }];
      expect(plane.last).toMatchObject({ streaming: true, problems: [], warnings: gone });
      await subject.secret('streamKey', 'key-2');
      await subject.pass(40);
      expect(plane.last).toMatchObject({ warnings: gone });
      plane.reply({ rereadId: 'again' });
      await subject.pass(40);
      expect(plane.last).toMatchObject({ streaming: true, problems: [], warnings: [] });
    });

    test.each([
      ['absent', 'stream-key-absent', undefined],
      ['refused', 'vault-unreadable', REFUSED],
    ] as const)(
      'a key that is %s: nothing is streamed, which is the problem %s until there is one',
      async (_what, code, value) => {
        const subject = await started({ streaming: false });
        await subject.secret('streamKey', value);
        plane.reply({});
        await subject.pass(60);
        expect(plane.last).toMatchObject({ streaming: false, problems: [{ code }] });
        await subject.secret('streamKey', 'key-2');
        await subject.pass(60);
        expect(plane.last).toMatchObject({ streaming: true, problems: [] });
      },
    );

    test('shows its proof as it is now; without one it says nothing', async () => {
      const subject = await started();
      await subject.secret('agentToken', 'token-2');
      await subject.pass(30);
      expect(plane.beats.at(-1)?.authorization).toBe('Bearer token-2');
      await subject.secret('agentToken', undefined);
      await subject.pass(15);
      const before = plane.beats.length;
      await subject.pass(60);
      expect(plane.beats.length).toBe(before);
      await subject.secret('agentToken', 'token-3');
      await subject.pass(30);
      expect(plane.beats.at(-1)?.authorization).toBe('Bearer token-3');
    });

    test('410 ends the stream, and it asks less and less often; wanted again, it is there', async () => {
      const subject = await started();
      plane.refuse(410);
      await subject.pass(130);
      expect(plane.last).toMatchObject({ streaming: false });
      expect(plane.gaps(4)).toEqual([10, 20, 40, 40]);
      plane.reply({});
      await subject.pass(100);
      expect(plane.last).toMatchObject({ streaming: true });
      expect(plane.gaps(2)).toEqual([10, 10]);
    });

    test('404 changes nothing on air, and it asks less and less often', async () => {
      const subject = await started({ scene: 'slides' });
      plane.refuse(404);
      await subject.pass(130);
      expect(plane.last).toMatchObject({ streaming: true, ...on('slides'), problems: [] });
      expect(plane.gaps(4)).toEqual([10, 20, 40, 40]);
      plane.reply({ scene: 'slides' });
      await subject.pass(100);
      expect(plane.gaps(2)).toEqual([10, 10]);
    });

    test.each([
      [401, '{}'],
      [500, 'oh'],
      [503, '<html>'],
      [200, '<html>sign in</html>'],
      [200, '[]'],
      [200, 'null'],
    ])('an answer %i with %s changes nothing, on air or in the rhythm', async (status, body) => {
      const subject = await started({ scene: 'slides' });
      plane.refuse(status, body);
      await subject.pass(60);
      expect(plane.last).toMatchObject({ streaming: true, ...on('slides'), problems: [] });
      expect(plane.gaps(4)).toEqual([10, 10, 10, 10]);
    });

    test.each(sources)(
      'the %s source that ends is silent at once, and a problem only when it stays so',
      async (source) => {
        const subject = await started();
        await subject.sends(source, false);
        await subject.pass(40);
        expect(plane.last).toMatchObject({ streaming: true, problems: [], sources: { [source]: 'silent' } });
        await subject.pass(90);
        expect(plane.last).toMatchObject({ streaming: true, ...on('programme') });
        expect(plane.last?.problems).toEqual([{ code: 'source-silent', source }]);
        await subject.sends(source, true);
        await subject.pass(60);
        expect(plane.last).toMatchObject({ problems: [], sources: alive });
      },
    );

    test.skipIf(!hasProgram)('a program that has ended is a problem, and nothing is streamed', async () => {
      const subject = await started();
      await subject.breakProgram?.();
      await subject.pass(90);
      expect(plane.last).toMatchObject({ streaming: false, problems: [{ code: 'program-not-running' }] });
    });

    test.each(ODD.filter(([, more]) => hasScenes || !('v' in more)))(
      'userData %s begins nothing',
      async (_what, more) => {
        agent = await start(plane, more).catch(() => undefined);
        await agent?.pass(120);
        expect(plane.beats).toEqual([]);
      },
    );
  });
}

/** What an agent cannot begin with. A light mixer has no version of its own: what it is told comes as settings. */
const ODD: [what: string, more: object][] = [
  ['of another version', { v: 2 }],
  ['without a source', { programme: undefined }],
  [
    'with a picture that nobody knows, or a destination',
    { layout: { profile: '4k', streamServer: 'https://x.example' } },
  ],
];
