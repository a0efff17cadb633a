import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REDUCER_VERSION } from '../../domain/lifecycle/version.ts';
import { runInput } from '../../domain/plan/run.ts';
import { alarmInput } from '../../domain/seam/alarm.ts';
import type { Effect } from '../../domain/seam/effect.ts';
import { ORCHESTRATION } from '../../domain/seam/functions.ts';
import { inputProblem } from '../../domain/seam/input.ts';
import { nodeInput } from '../../domain/seam/node-input.ts';
import { indexEntry, notificationInput } from '../../domain/seam/records.ts';
import { removeInput } from '../../domain/seam/removal.ts';
import { digest, recordings } from './recorded.ts';
import { runOrchestrator } from './stage.ts';
import { STORIES } from './stories.ts';

/** What keeps the present build from doing what an effect asks for. */
function problemOf(effect: Effect): string | undefined {
  switch (effect.effect) {
    case 'start':
      return inputProblem(STARTED[effect.orchestration] ?? z.unknown(), effect.input);
    case 'index':
      return inputProblem(indexEntry, effect.entry);
    case 'learn':
      return inputProblem(runInput, effect.run);
    default:
      return undefined;
  }
}
const STARTED: Record<string, z.ZodType> = {
  node: nodeInput,
  alarm: alarmInput,
  remove: removeInput,
  notify: notificationInput,
};

/** An event that was started before an upgrade replays its history on the new code: it must ask for the very same things. */
describe('recorded histories', () => {
  it.each(recordings())('$name is replayed to the same actions and status', async ({ recording }) => {
    const result = digest(await runOrchestrator(ORCHESTRATION.lifecycle, JSON.stringify(recording.trigger)));
    expect(result.actions).toEqual(recording.actions);
    expect(result.statusHash).toBe(recording.statusHash);
  });

  it.each(recordings())('$name asks for what the present build takes', async ({ recording }) => {
    const result = await runOrchestrator(ORCHESTRATION.lifecycle, JSON.stringify(recording.trigger));
    const { actions } = JSON.parse(JSON.stringify(result)) as { actions: { input?: Effect[] }[][] };
    const effects = actions.flat().flatMap(({ input = [] }) => input);
    expect(effects.length).toBeGreaterThan(20);
    for (const effect of effects) expect(problemOf(effect), JSON.stringify(effect)).toBeUndefined();
  });

  it('exist for every story of the version that new events get', () => {
    const of = (version: number) =>
      recordings().flatMap(({ name }) => name.match(`^v${version}-(.+)\\.json$`)?.[1] ?? []);
    expect(of(REDUCER_VERSION).sort()).toEqual(Object.keys(STORIES).sort());
  });

  it('would show a change of what the reducer asks for', async () => {
    const [first] = recordings();
    const trigger = JSON.parse(JSON.stringify(first?.recording.trigger)) as {
      history: { EventType: number; Input?: string }[];
    };
    const event = trigger.history.find(({ EventType, Input }) => EventType === 15 && Input?.includes('"done"'));
    if (event?.Input) event.Input = event.Input.replace('"done"', '"failed"');
    const result = digest(await runOrchestrator(ORCHESTRATION.lifecycle, JSON.stringify(trigger)));
    expect(result.actions).not.toEqual(first?.recording.actions);
  });
});
