/** Who looks at the page, as the control plane knows them. */
import { computed, signal } from '@preact/signals';
import type { Me } from '../../../contract/api/me.ts';
import { ask, isPassing, Refused } from '../api/client.ts';

export const me = signal<Me | undefined>(undefined);
/** Why nobody is known: not signed in, or the control plane does not answer. */
export const stranger = signal<Refused | 'unanswered' | undefined>(undefined);

/** Whether there is nothing here for who looks. Until the answer has come nobody is: the frame stands and the stream is asked for meanwhile. */
export const barred = computed(() => (me.value ? !me.value.mayView : stranger.value !== undefined));

const PAUSE = 1_000;

export async function askMe(): Promise<void> {
  try {
    me.value = await ask<Me>('/api/me');
    stranger.value = undefined;
  } catch (error) {
    if (isPassing(error)) {
      stranger.value ??= 'unanswered';
      setTimeout(() => void askMe(), PAUSE);
      return;
    }
    me.value = undefined;
    if (error instanceof Refused) stranger.value = error;
  }
}

/** Where somebody signs in, and comes back to where they are. */
export const signInPath = (): string =>
  `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(location.pathname)}`;
