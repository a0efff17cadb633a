/** What the bundler cannot know of the packages it puts together. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';

/** A name for who imports, wherever the repository lies; not a path, which would count as one of a package's files. */
const importerOf = ({ initialOptions }: PluginBuild, importer: string): string =>
  createHash('sha256')
    .update(relative(initialOptions.absWorkingDir ?? '', importer))
    .digest('hex')
    .slice(0, 12);

/**
 * Node's modules by `require` and not by `import`: an import reads every export of theirs at once, and those of node:http load
 * the whole of undici, which is a quarter of the app's own start.
 */
export const builtinsWhenUsed: Plugin = {
  name: 'builtins-when-used',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind, importer }) =>
      isBuiltin(path) && kind === 'import-statement'
        ? // A module of its own for each that imports it: one that several share would be a file of its own.
          { path, namespace: 'builtin', suffix: `?${importerOf(build, importer)}` }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** Packages that durable-functions asks for at its load, and uses in a client's first call or in a timer of an orchestrator only. */
const LATE = ['axios', 'moment'];

/** @param source in CommonJS @returns it with each of {@link LATE} asked for where it is used; Node gives the same one each time */
export const askedWhenUsed = (source: string): string =>
  LATE.reduce((text, name) => {
    const asked = new RegExp(`^const (\\w+) = require\\("${name}"\\);$`, 'm');
    const local = asked.exec(text)?.[1];
    if (local === undefined) return text;
    return text.replace(asked, '').replace(new RegExp(`\\b${local}(?=[.(])`, 'g'), `require("${name}")`);
  }, source);

/** To load axios with its proxies, and moment, is a good part of a cold start of the app. */
export const durableWhenUsed: Plugin = {
  name: 'durable-when-used',
  setup(build) {
    build.onLoad({ filter: /[\\/]durable-functions[\\/]lib[\\/]src[\\/].*\.js$/ }, ({ path }) => ({
      contents: askedWhenUsed(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** OpenTelemetry's packages in the ES format, of which what is not used can be left out: the other is five times as large. */
export const telemetryAsModules: Plugin = {
  name: 'telemetry-as-modules',
  setup(build) {
    build.onResolve({ filter: /^@opentelemetry\/[a-z-]+$/ }, ({ path, resolveDir, kind }) => {
      if (kind !== 'import-statement') return undefined;
      // They do not export their package.json: the folder is taken from the file that Node would load.
      const file = createRequire(join(resolveDir, 'x.js')).resolve(path);
      const folder = file.slice(0, file.lastIndexOf(join('node_modules', path)) + join('node_modules', path).length);
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
      const { module, sideEffects } = manifest;
      return typeof module === 'string'
        ? { path: join(folder, module), sideEffects: sideEffects !== false }
        : undefined;
    });
  },
};

/** What is imported and not used: languages, packages that only happen to be there, parts of others. */
export const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    // zod: z.locales. Our messages are English, which zod itself imports by another path.
    build.onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, importer }) =>
      /[\\/]zod[\\/]v4[\\/]/.test(importer) ? { path, namespace: 'left-out' } : undefined,
    );
    // debug: colours for a terminal.
    build.onResolve({ filter: /^supports-color$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    // @opentelemetry/resources: which machine this is, by programs of its system; nobody asks.
    build.onResolve({ filter: /\/getMachineId-[a-z]+(?:\.js)?$/ }, () => ({
      path: 'machine-id',
      namespace: 'left-out',
    }));
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
    // durable-functions asks for one of validator's hundred functions (test/repository/package.test.ts looks that this stays so).
    build.onResolve({ filter: /^validator$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'narrowed',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /^validator$/, namespace: 'narrowed' }, ({ pluginData }) => ({
      contents: "exports.isURL = require('validator/lib/isURL').default;",
      resolveDir: pluginData as string,
    }));
  },
};
