/** An Azure and nothing else: no installation, and no programs inside its machines. */
import { runSimulator } from './command.ts';
import { createSimulator } from './simulator.ts';

runSimulator(createSimulator, {
  usage: 'node dist/local/azure/main.js',
  dataDir: process.env.SIM_DATA ?? '.azure-simulator',
});
