/** The form of a new event: what somebody has chosen, the request it makes, and what the control plane says of that. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { PlanAnswer } from '../../../../contract/api/plan.ts';
import type { FieldError } from '../../../../contract/api/problem.ts';
import type { TemplateAnswer } from '../../../../contract/api/template.ts';
import { ask, isPassing, Refused, wordsOf } from '../../api/client.ts';
import { mixingsOf } from '../../say/mixing.ts';

export interface Draft {
  event: string;
  template: string;
  environment: string;
  /** Undefined: the template's own. */
  languages: readonly string[] | undefined;
  keys: Readonly<Record<string, string>>;
  /** By language, where something is said of it. */
  mixing: Readonly<Record<string, string>>;
  audio: Readonly<Record<string, string>>;
  region: string;
  ttl: string;
  /** As the browser's field gives it, on this machine's clock; empty is now. */
  startsAt: string;
  cidrs: string;
  budget: string;
  budgetAction: string;
  keepOnFailure: boolean;
  parameters: Readonly<Record<string, string | number | boolean>>;
}

const fresh: Draft = {
  event: '',
  template: '',
  environment: 'production',
  languages: undefined,
  keys: {},
  mixing: {},
  audio: {},
  region: '',
  ttl: '',
  startsAt: '',
  cidrs: '',
  budget: '',
  budgetAction: 'warn',
  keepOnFailure: false,
  parameters: {},
};

export const draft = signal<Draft>(fresh);
export const change = (to: Partial<Draft>): void => {
  draft.value = { ...draft.value, ...to };
};
/** Keys do not outlive the form. */
export const discard = (): void => {
  draft.value = fresh;
};

export const template = signal<TemplateAnswer | undefined>(undefined);
export const chosenLanguages = computed<readonly string[]>(
  () => draft.value.languages ?? template.value?.languages ?? [],
);

export const mixings = computed<readonly string[]>(() => (template.value ? mixingsOf(template.value) : []));

const list = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** The body of `POST /api/plan` and `/api/deploy`; undefined while there is too little to ask about. */
export const body = computed<Record<string, unknown> | undefined>(() => {
  const {
    event,
    environment,
    languages,
    keys,
    mixing,
    audio,
    region,
    ttl,
    startsAt,
    cidrs,
    budget,
    budgetAction,
    keepOnFailure,
    parameters,
  } = draft.value;
  if (event.trim() === '' || !template.value) return undefined;
  const ofChosen = (all: Readonly<Record<string, string>>) =>
    Object.fromEntries(chosenLanguages.value.flatMap((language) => (all[language] ? [[language, all[language]]] : [])));
  const [given, mixed, heard] = [ofChosen(keys), ofChosen(mixing), ofChosen(audio)];
  const ranges = list(cidrs);
  return {
    event: event.trim(),
    template: template.value.name,
    environment,
    ...(languages ? { languages } : {}),
    ...(Object.keys(given).length > 0 ? { youtubeKeys: given } : {}),
    ...(Object.keys(mixed).length > 0 ? { mixing: mixed } : {}),
    ...(Object.keys(heard).length > 0 ? { audio: heard } : {}),
    ...(region ? { region } : {}),
    ...(ttl.trim() ? { ttl: ttl.trim() } : {}),
    ...(startsAt ? { startsAt: new Date(startsAt).toISOString() } : {}),
    ...(ranges.length > 0 ? { operatorCidrs: ranges } : {}),
    ...(budget ? { budget: { amount: Number(budget), action: budgetAction } } : {}),
    ...(keepOnFailure ? { keepOnFailure } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
});

export interface Judgement {
  /** The request that this is about. */
  of: string;
  /** Names the request: sent twice it is one deployment. */
  key: string;
  plan?: PlanAnswer;
  errors: readonly FieldError[];
  /** What is said of no field. */
  general?: string;
}
export const judgement = signal<Judgement | undefined>(undefined);
export const judging = signal(false);
export const isCurrent = computed(() => body.value !== undefined && judgement.value?.of === JSON.stringify(body.value));

/** Milliseconds without typing after which the control plane is asked. */
const STILL = 400;
const AGAIN = 1_500;

async function judge(request: Record<string, unknown>, signal: AbortSignal): Promise<Judgement> {
  const of = JSON.stringify(request);
  const key = crypto.randomUUID();
  for (;;) {
    try {
      const plan = await ask<PlanAnswer>('/api/plan', { method: 'POST', body: request, signal });
      return { of, key, plan, errors: [] };
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof Refused && !isPassing(error)) {
        const { errors, detail } = error.problem;
        return { of, key, errors: errors ?? [], ...(errors ? {} : { general: detail }) };
      }
      judgement.value = { of: '', key: '', errors: [], general: wordsOf(error) };
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** Asks about what stands in the form whenever it has stood still. @returns what ends it */
export function judgeForm(): () => void {
  return effect(() => {
    const request = body.value;
    if (!request) {
      judgement.value = undefined;
      judging.value = false;
      return;
    }
    judging.value = true;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      judge(request, asking.signal).then(
        (found) => {
          if (asking.signal.aborted) return;
          batch(() => {
            judgement.value = found;
            judging.value = false;
          });
        },
        () => {},
      );
    }, STILL);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  });
}
/** Asks anew about the same request: what was shown is no longer what would be done. */
export const judgeAgain = (): void => {
  draft.value = { ...draft.value };
};
