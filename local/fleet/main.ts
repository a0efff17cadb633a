import { runSimulator } from '../azure/command.ts';
import { createSimulator } from './simulator.ts';

runSimulator(createSimulator, {
  usage: 'npm run simulator --',
  dataDir: process.env.STREAM_CONTROL_DATA ?? '.stream-control',
});
