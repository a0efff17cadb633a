/** The node that looks before anything is made; what it looks at is asked by plan as well. */
import { AzureFailure } from '../azure/errors.ts';
import { runChecks } from '../inspect/preflight/index.ts';
import { type NodeHandler, noPoll } from './handler.ts';

export const preflight: NodeHandler<'preflight'> = {
  async begin({ input, spec, azure }) {
    const { installation, deploymentId, resourceGroup, region } = input;
    const results = await runChecks({ azure, installation, spec, deploymentId, resourceGroup, region });
    const failed = results.find(({ failure }) => failure)?.failure;
    if (failed) throw new AzureFailure({ failure: failed });
    const warnings = results
      .filter(({ outcome }) => outcome === 'warn')
      .map(({ name, detail }) => `${name}: ${detail}`);
    return { step: 'done', facts: { ...Object.assign({}, ...results.map(({ facts }) => facts)), warnings } };
  },
  poll: noPoll,
};
