import { defineCommand } from '../core/command.ts';
import { exited, passInterrupt, SERVE_OPTIONS, serveFlags, startLocal } from '../serve/child.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: 'run the control plane here, with the simulator in place of Azure',
  detail:
    "Prints 'stream-control ready on URL' when it answers. Kill it at any moment: the next start goes on where it was.",
  positionals: [],
  options: SERVE_OPTIONS,
  examples: ['stream-control serve', 'stream-control serve --port 0 --time-scale 600 --data /tmp/try'],
  async run({ io }, { options }) {
    const child = startLocal(serveFlags(options), 'inherit');
    passInterrupt(child, io.interrupt);
    return exited(child);
  },
});
