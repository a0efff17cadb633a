// Import direction (docs/architecture.md, Rooms). scripts/check-imports.mjs proves that these rules can fail.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed.concat(['^node_modules/', `${from}`]), dependencyTypesNot: ['core', 'npm'] },
});
/** What all of local/ may use; they import nothing of ours. */
const LEAVES = '^local/(clock|errors|guard|plain-lines|read-json|timespan|troubles)\\.ts$';
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('contract-is-a-leaf', '^contract/', [], 'what crosses processes imports nothing of ours'),
    {
      name: 'contract-imports-zod-only',
      severity: 'error',
      from: { path: '^contract/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: '^node_modules/zod/' },
    },
    only('ports-import-nothing', '^ports/', [], 'ports are leaves'),
    only('domain-is-pure', '^domain/', ['^contract/'], 'domain imports nothing of ours but the contract'),
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    only('azure', '^azure/', ['^contract/', '^domain/', '^ports/'], 'SDK clients know domain words only'),
    only(
      'entities',
      '^entities/',
      ['^contract/', '^domain/', '^durable/', '^ports/'],
      'what lives longer than an event',
    ),
    only('durable', '^durable/', ['^contract/', '^domain/', '^entities/', '^ports/'], 'the typed durable client'),
    only(
      'activities',
      '^activities/',
      ['^azure/', '^contract/', '^domain/', '^durable/', '^entities/', '^ports/'],
      'side effects',
    ),
    only('orchestrations', '^orchestrations/', ['^domain/'], 'deterministic: domain and durable-functions only'),
    {
      name: 'orchestrations-only-durable-functions',
      severity: 'error',
      from: { path: '^orchestrations/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/durable-functions' },
    },
    only(
      'functions',
      '^functions/',
      ['^orchestrations/', '^activities/', '^azure/', '^contract/', '^domain/', '^durable/', '^entities/', '^ports/'],
      'doors; the composition root registers the rest',
    ),
    only(
      'cli-speaks-http',
      '^cli/',
      ['^contract/', '^ports/', '^domain/(states|text|stream-key|language-names|json-names)\\.ts$'],
      'HTTP only; what a state means, what text may show, what a key looks like and what languages are called are leaves',
    ),
    only('dashboard-speaks-http', '^dashboard/', ['^contract/'], 'the page: HTTP only; of the contract its types'),
    only('local-stands-alone', '^local/', ['^contract/'], 'the embedded default never imports the app'),
    only('local-leaves-import-nothing', LEAVES, [], 'leaves'),
    only('host-stands-alone', '^local/(host|durable)/', [LEAVES], 'a Functions host and its engine, for any app'),
    only('simulator-knows-no-product', '^local/azure/', [LEAVES], 'an Azure; what runs in it is plugged in'),
    only('fleet', '^local/fleet/', [LEAVES, '^contract/', '^local/azure/'], 'our programs, plugged into the simulator'),
    {
      name: 'who-plays-programs-knows-the-contract',
      severity: 'error',
      from: { path: '^local/', pathNot: '^local/(fleet|media)/' },
      to: { path: '^contract/' },
    },
    only('relay', '^relay/', ['^contract/'], 'an image of its own'),
    only('mixer', '^mixer/agent/', ['^contract/'], 'an image of its own'),
    only(
      'light-mixer',
      '^mixer/light/',
      [
        '^contract/',
        '^mixer/agent/(imds|log|secrets|server|settings)\\.ts$',
        '^relay/(pipeline|srt)\\.ts$',
        '^relay/ts/',
      ],
      'a program of the relay image: the agent’s ways to its vault, the relay’s to SRT and transport streams',
    ),
    {
      name: 'nothing-imports-local',
      severity: 'error',
      from: { pathNot: '^(local|test|bench)/' },
      to: { path: '^local/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/fixtures)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
