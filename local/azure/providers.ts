import { authorization } from './authorization/index.ts';
import { compute } from './compute/index.ts';
import { consumption } from './consumption/index.ts';
import { containerInstance } from './container-instance/index.ts';
import { containerRegistry } from './container-registry/index.ts';
import type { Provider } from './core/provider.ts';
import { deployments } from './deployments/index.ts';
import { durableTask } from './durable-task/index.ts';
import { imageBuilder } from './image-builder/index.ts';
import { insights } from './insights/index.ts';
import { keyVault } from './key-vault/index.ts';
import { limits } from './limits.ts';
import { login } from './login/index.ts';
import { managedIdentity } from './managed-identity/index.ts';
import { network } from './network/index.ts';
import { operationalInsights } from './operational-insights/index.ts';
import { prices } from './prices/index.ts';
import { resources } from './resources/index.ts';
import { storage } from './storage/index.ts';
import { web } from './web/index.ts';

/** Every provider of the simulator; adding one is adding a line. The first with a price table or an alert door is asked. */
export const providers: readonly Provider[] = [
  resources,
  authorization,
  network,
  compute,
  managedIdentity,
  keyVault,
  containerInstance,
  insights,
  storage,
  web,
  operationalInsights,
  containerRegistry,
  durableTask,
  consumption,
  imageBuilder,
  prices,
  login,
  limits,
  deployments,
];
