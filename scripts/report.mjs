// Bundles the page of reports, one script and one style sheet, into the Python package.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rspack } from '@rspack/core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(root, 'phoenix_lab/monitors/report/static');

const compiler = rspack({
  mode: 'production',
  context: root,
  target: ['web', 'es2020'],
  devtool: false,
  entry: { report: ['./style/report.css', './src/report/index.tsx'] },
  output: {
    path: output,
    filename: '[name].js',
    cssFilename: '[name].css',
    clean: true
  },
  experiments: { css: true },
  resolve: { extensions: ['.tsx', '.ts', '.js'] },
  module: {
    rules: [
      { test: /\.css$/, type: 'css/auto' },
      {
        test: /\.tsx?$/,
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            parser: { syntax: 'typescript', tsx: true },
            target: 'es2020'
          }
        }
      }
    ],
    // All of it is in one file: nothing can be fetched later.
    parser: { javascript: { dynamicImportMode: 'eager' } }
  },
  optimization: { splitChunks: false, runtimeChunk: false },
  performance: { hints: false }
});

compiler.run((error, stats) => {
  const failed = error ?? (stats.hasErrors() && stats.toString('errors-only'));
  if (failed) {
    console.error(failed);
    process.exit(1);
  }
  const modules = stats
    .toJson({
      all: false,
      modules: true,
      nestedModules: true,
      orphanModules: true
    })
    .modules.flatMap(module => [module, ...(module.modules ?? [])]);
  writeFileSync(join(output, 'licences.txt'), licences(modules));
  console.log(stats.toString({ all: false, assets: true }));
  compiler.close(() => undefined);
});

/** The licences of the packages that are in the script: each name, then its text. */
function licences(modules) {
  const names = new Set(
    modules.flatMap(({ nameForCondition, identifier }) => {
      const path = nameForCondition ?? identifier;
      const at = path?.lastIndexOf('/node_modules/') ?? -1;
      if (at < 0) {
        return [];
      }
      const parts = path.slice(at + '/node_modules/'.length).split(/[/|?]/);
      return [parts.slice(0, parts[0].startsWith('@') ? 2 : 1).join('/')];
    })
  );
  return [...names].sort().map(licence).join('\n');
}

function licence(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8')
  );
  const text = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'LICENCE', 'license']
    .map(file => {
      try {
        return readFileSync(join(folder, file), 'utf8');
      } catch {
        return null;
      }
    })
    .find(found => found !== null);
  return `${name} ${version}, ${license}\n\n${(text ?? '').trim()}\n`;
}
