import type { Source } from '../../../contract/problems.ts';
import { userDataSchema } from '../../../contract/user-data.ts';
import { StandInAgent } from '../../../local/media/stand-in-agent.ts';
import { hold, pass, release } from './fetched.ts';
import { REFUSED, SECRETS, type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

const start: Start = async (plane, more) => {
  const data = userDataSchema.parse(userDataOf(more));
  hold(plane);
  const secrets = new Map<string, string | typeof REFUSED>([
    [SECRETS.streamKey, 'key-1'],
    [SECRETS.agentToken, 'token-1'],
  ]);
  const sending = new Set<Source>(['programme', 'slides']);
  const heard: Partial<Record<Source, number>> = {};
  let restarts = 0;
  const program = {
    heardAt: (source: Source) => heard[source],
    restart: () => {
      restarts++;
    },
    listen: () => {},
  };
  const agent = new StandInAgent(
    data,
    (name) => {
      const value = secrets.get(name);
      if (value === REFUSED) throw new Error('the vault refuses');
      return value;
    },
    program,
    () => {},
  );
  agent.start();
  return {
    async secret(name, value) {
      if (value === undefined) secrets.delete(SECRETS[name]);
      else secrets.set(SECRETS[name], value);
    },
    async sends(source, yes) {
      if (yes) sending.add(source);
      else sending.delete(source);
    },
    restarts: () => restarts,
    pass: (seconds) =>
      pass(
        seconds,
        () => {
          for (const source of sending) heard[source] = performance.now();
        },
        3,
      ),
    async stop() {
      agent.stop();
      release();
    },
  };
};

// It takes in bytes and decodes nothing.
agentsAgree('the stand-in of media', start, { hasProgram: false, hasPictures: false });
