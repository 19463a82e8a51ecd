const jestJupyterLab = require('@jupyterlab/testutils/lib/jest-config');

// Packages that ship ES modules only, and so have to be compiled for node.
const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyterlab/',
  '@microsoft/',
  'd3-',
  'exenv-es6',
  'internmap',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  automock: false,
  collectCoverageFrom: ['src/**/*.{ts,tsx}', '!src/**/*.d.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['lcov', 'text'],
  maxWorkers: '100%',
  modulePathIgnorePatterns: [
    '<rootDir>/phoenix_lab',
    '<rootDir>/ui-tests',
    '<rootDir>/.venv',
    '<rootDir>/.demo',
    '<rootDir>/lib'
  ],
  testRegex: 'src/(.*/)?__tests__/.*[.](test|spec)[.]tsx?$',
  // d3-array is an .mjs file.
  transform: { ...base.transform, '\\.mjs$': 'babel-jest' },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
