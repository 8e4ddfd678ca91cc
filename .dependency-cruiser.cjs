/**
 * Which package may import which, as drawn in the README's map of the folders: each line reads "may import". Whatever
 * is not listed is refused. Specs and tests may import anything; cycles are refused everywhere.
 */
const ARROWS = {
  'libs/domain': [],
  'libs/contracts': ['libs/domain'],
  'libs/store': ['libs/domain'],
  'libs/runtime': [],
  'libs/client': ['libs/contracts'],
  'libs/agent': ['libs/domain', 'libs/contracts'],
  'apps/api': ['libs/store', 'libs/runtime', 'libs/contracts', 'libs/domain'],
  'apps/console': ['libs/client', 'libs/contracts', 'libs/domain'],
  'apps/worker': ['libs/store', 'libs/runtime', 'libs/contracts', 'libs/domain'],
  'apps/standalone': [],
  'apps/cli': ['libs/client', 'libs/contracts', 'libs/domain'],
};

const SPEC = '\\.spec\\.ts$';
const ANY_PACKAGE = '^(apps|libs)/';
const VAGUE_FOLDER = '(^|/)(utils?|helpers?|common|shared|misc|types)/';
/** Where the packages that open Postgres and Redis lie, and their names should one not be installed. */
const STORAGE_PACKAGES = [
  'node_modules/@prisma/',
  'node_modules/pg/',
  'node_modules/ioredis/',
  '^@prisma/',
  '^pg$',
  '^ioredis$',
];

const arrows = Object.entries(ARROWS).map(([from, targets]) => ({
  name: `arrows-of-${from.replace('/', '-')}`,
  comment: `${from} may import ${targets.length === 0 ? 'no other package' : `only ${targets.join(', ')}`}.`,
  severity: 'error',
  from: { path: `^${from}/src/`, pathNot: SPEC },
  to: { path: ANY_PACKAGE, pathNot: `^(${[from, ...targets].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'unlisted-package',
      comment: 'A new package states its arrows in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: ANY_PACKAGE, pathNot: `^(${Object.keys(ARROWS).join('|')})/` },
      to: {},
    },
    {
      name: 'through-the-front-door',
      comment: 'Another package is imported by its name, not by a path into its source.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/src/', pathNot: SPEC },
      to: { path: '^(apps|libs)/[^/]+/src/', pathNot: '^$1/$2/' },
    },
    {
      name: 'only-store-opens-storage',
      comment: 'Prisma, pg and ioredis are for libs/store alone.',
      severity: 'error',
      from: { path: ANY_PACKAGE, pathNot: `^libs/store/|${SPEC}` },
      to: { path: STORAGE_PACKAGES },
    },
    {
      name: 'runs-in-a-browser',
      comment: 'domain, contracts and client also run in the console: nothing of Node in them.',
      severity: 'error',
      from: { path: '^libs/(domain|contracts|client)/src/', pathNot: SPEC },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'not-its-own-index',
      comment: 'index.ts is for other packages; from inside it makes cycles.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/src/', pathNot: SPEC },
      to: { path: '^$1/$2/(src/index\\.ts|dist/)' },
    },
    {
      name: 'no-cycle',
      comment: 'Files that import each other in a circle.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-vague-folder-from',
      comment: 'A folder is named after what is in it.',
      severity: 'error',
      from: { path: VAGUE_FOLDER },
      to: {},
    },
    {
      name: 'no-vague-folder-to',
      comment: 'A folder is named after what is in it.',
      severity: 'error',
      from: {},
      to: { path: VAGUE_FOLDER, pathNot: '(^|/)node_modules/' },
    },
    {
      name: 'no-spec-in-source',
      comment: 'Source does not import specs or tests.',
      severity: 'error',
      from: { path: '^(apps|libs)/[^/]+/src/', pathNot: SPEC },
      to: { path: `${SPEC}|^test/` },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere (is everything built?).',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'Stands neither in the package.json of its package nor in that of the root.',
      severity: 'error',
      from: { path: ANY_PACKAGE, pathNot: SPEC },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    // What is built or made by others is a leaf: known by its path, not looked into.
    doNotFollow: { path: ['node_modules', '/dist/', '/generated/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    detectJSDocImports: false,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
