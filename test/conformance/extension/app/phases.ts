/** Events in every phase of their lives, for whoever disturbs them there. */
import { deploy, deployInVain, loseRegion, relocate, silence } from './acts.ts';
import type { Stack } from './stack.ts';

export interface Phase {
  event: string;
  /** Whether it is LIVE, in this region, before its phase begins. */
  live?: string;
  /** Brings it into its phase, and returns when it is there. */
  enter(stack: Stack): Promise<unknown>;
  /** Waits for what it must come to, whatever happened in its phase. */
  comesTo(stack: Stack): Promise<unknown>;
}

const ONE = { languages: ['original'] };
const HOME = 'westeurope';
const state = (event: string, wanted: string) => (stack: Stack) => stack.state(event, wanted);

/** Those of one list are in their phases at the same time. */
export const PHASES: readonly (readonly Phase[])[] = [
  [
    {
      event: 'failing',
      async enter(stack) {
        await deployInVain(stack, 'failing', ONE.languages, 'original');
        await stack.state('failing', 'rolling-back');
      },
      comesTo: state('failing', 'failed'),
    },
    {
      event: 'making',
      async enter(stack) {
        await deploy(stack, 'making', ONE);
        await stack.state('making', 'provisioning');
      },
      comesTo: state('making', 'live'),
    },
    {
      event: 'leaving',
      live: HOME,
      async enter(stack) {
        await stack.call('POST', '/api/teardown', { event: 'leaving', confirm: true });
        await stack.state('leaving', ['tearing-down', 'gone']);
      },
      comesTo: state('leaving', 'gone'),
    },
    {
      event: 'growing',
      live: HOME,
      enter: (stack) => stack.call('POST', '/api/events/growing/languages', { add: ['german'] }),
      comesTo: (stack) =>
        stack.until(
          '/api/status/growing',
          ({ state, languages }) => state === 'live' && (languages as string[]).includes('german'),
        ),
    },
    {
      event: 'resting',
      live: HOME,
      enter: (stack) => stack.call('POST', '/api/events/resting/pause', {}),
      comesTo: state('resting', 'paused'),
    },
    { event: 'starting', enter: (stack) => deploy(stack, 'starting', ONE), comesTo: state('starting', 'live') },
  ],
  [
    {
      event: 'ailing',
      live: HOME,
      async enter(stack) {
        await silence(stack, 'ailing');
        await stack.state('ailing', 'remediating');
      },
      comesTo: state('ailing', 'live'),
    },
    {
      event: 'resting',
      enter: (stack) => stack.call('POST', '/api/events/resting/resume', {}),
      comesTo: state('resting', 'live'),
    },
  ],
  [
    {
      event: 'moving',
      live: 'northeurope',
      async enter(stack) {
        await loseRegion(stack, 'moving', 'northeurope');
        const asked = relocate(stack, 'moving');
        // It is asked for again while it is refused, and ends when the event is LIVE again or its host is dead.
        asked.catch(() => {});
        await Promise.race([asked, stack.state('moving', 'provisioning')]);
      },
      async comesTo(stack) {
        await stack.until('/api/status/moving', ({ state, region }) => state === 'live' && region === HOME);
        await stack.fault('moving');
      },
    },
    {
      event: 'checking',
      async enter(stack) {
        await deploy(stack, 'checking', ONE);
        await stack.state('checking', ['verifying', 'live']);
      },
      comesTo: state('checking', 'live'),
    },
  ],
];

/** Leads events through all phases, disturbed in each. @returns the names of all of them; what has not ended is LIVE */
export async function live(stack: Stack, disturb: () => Promise<void>): Promise<string[]> {
  const phases = PHASES.flat();
  await Promise.all(
    phases.map(async ({ event, live }) => {
      if (live === undefined) return;
      await deploy(stack, event, { ...ONE, regions: [...new Set([live, HOME])] });
      await stack.state(event, 'live');
    }),
  );
  for (const together of PHASES) {
    for (const phase of together) await phase.enter(stack);
    await disturb();
    await Promise.all(together.map((phase) => phase.comesTo(stack)));
  }
  return [...new Set(phases.map(({ event }) => event))];
}
