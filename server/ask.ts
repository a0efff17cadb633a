/** Asks the authorisation service. */
import { type Ask, listedSchema, type Listed, type Question, type Verdict, verdictSchema } from '../contract/access.ts';
import { SEALED_ROUTE, seal, unseal } from '../contract/sealed.ts';

const TIMEOUT_MS = 5_000;

export interface ServicePlace {
  ACCESS_HOST: string;
  ACCESS_PORT: number;
  ACCESS_SECRET: string;
}

/** @throws Error when it does not answer, or somebody else does */
async function asked(place: ServicePlace, value: Question): Promise<unknown> {
  const question = await seal(place.ACCESS_SECRET, value, Date.now());
  const answer = await fetch(`http://${place.ACCESS_HOST}:${place.ACCESS_PORT}${SEALED_ROUTE}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`The authorisation service answers HTTP ${answer.status}`);
  const read = await unseal(place.ACCESS_SECRET, await answer.json(), Date.now(), question);
  if (read === undefined) throw new Error('The answer is not of the authorisation service');
  return read;
}

export const askAccess = async (place: ServicePlace, ask: Omit<Ask, 'do'>): Promise<Verdict> =>
  verdictSchema.parse(await asked(place, { do: 'ask', ...ask }));
export const tellDone = async (place: ServicePlace, session: string): Promise<void> => {
  await asked(place, { do: 'done', session });
};
export const listAccess = async (place: ServicePlace): Promise<Listed> =>
  listedSchema.parse(await asked(place, { do: 'list' }));
