/** `POST /api/agents/picture`: what a mixer sends now, small, for whoever looks. */
import { speakerSchema } from '../../contract/heartbeat.ts';
import { frameSchema, PICTURE_ROUTE, pictureAnswerSchema, pictureSchema } from '../../contract/pictures.ts';
import { problemsOf } from '../../domain/request/problems.ts';
import { ports } from '../../ports/index.ts';
import { provenAgent } from '../agent-proof.ts';
import { type Door, door } from '../door.ts';
import { shared } from '../live/shared.ts';
import { invalid } from '../problem.ts';
import { speakerOf } from '../speaker.ts';
import { picturesOf } from './store.ts';
import { isWatched } from './watched.ts';

/** ms that who speaks is known without another look at the lifecycle: pictures come every second. */
const SPEAKER = 5_000;

export const pictureDoors: Door[] = [
  door({
    name: 'api-agents-picture',
    method: 'POST',
    route: PICTURE_ROUTE,
    access: 'own-proof',
    summary: 'A mixer shows a small picture of what it sends, while somebody looks',
    schema: pictureSchema,
    validatesItself: true,
    bodies: { 200: pictureAnswerSchema },
    answers: { 200: 'Whether more are wanted', 404: 'No such language', 410: 'The deployment is gone: stop' },
    async handle(call) {
      // Who proves nothing hears nothing of what a picture must be.
      const speaker = speakerSchema.safeParse(call.body);
      if (!speaker.success) throw invalid(problemsOf(speaker.error));
      const { deploymentId, language, component } = speaker.data;
      await provenAgent(call, deploymentId);
      const shown = frameSchema.safeParse(call.body);
      if (!shown.success) throw invalid(problemsOf(shown.error));
      const { part } = await shared(`speaker ${deploymentId} ${component} ${language}`, SPEAKER, () =>
        speakerOf(call.durable, { deploymentId, language, component }),
      );
      const wanted = await isWatched(call.settings, deploymentId);
      const at = new Date(ports().now()).toISOString();
      if (wanted)
        await picturesOf(call.settings).keep(deploymentId, {
          component: part.id,
          language: part.rule.each === 'language' ? (part.member.each ?? null) : null,
          at,
          ...shown.data,
        });
      return { json: { wanted } };
    },
  }),
];
