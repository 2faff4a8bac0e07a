// The directions that must never exist (ARCHITECTURE.md draws them). `npm run check` runs them through
// tools/boundaries.ts, which also fails when a source file was not looked at; tools/boundaries.test.ts plants one breach
// for every rule here, so a rule that stops working is noticed. A new rule needs a planted breach.

// Tests, and what tests share: `testing.ts`, or a folder `test` or `testing` beside the code.
const tests = String.raw`[.]test[.]tsx?$|/test(ing)?(/|[.]ts$)`
const conformance = String.raw`(^|/)conformance([.]ts$|/)` // suites that every adapter of a port has to pass
const product = '^(contract|client|platform|drivers|builders|proxies|server|agent|cli|web)/'
const groups = ['identity', 'inventory', 'workloads', 'observation', 'faces'] // from the ground up
const group = `(${groups.join('|')})`
const npm = (names) => `(^|/)node_modules/(${names})(/|$)`

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const rules = [
  {
    name: 'contract-knows-nobody',
    comment: 'The contract is the root. Move what you need into contract/, or keep the caller where it was.',
    from: { path: '^contract/' },
    to: { path: '^(client|platform|drivers|builders|proxies|server|agent|cli|web|test|tools|bench|examples)/' },
  },
  {
    name: 'contract-is-zod-only',
    comment: 'Browsers, the CLI and third parties load the contract: no Node, no package but zod.',
    from: { path: '^contract/', pathNot: tests },
    to: { pathNot: ['^contract/', npm('zod')] },
  },
  {
    name: 'faces-speak-the-contract',
    comment: 'Web, CLI and client reach the server over the wire: call an operation through @wheelhouse/client.',
    from: { path: '^(web|cli|client)/' },
    to: { path: '^(server|platform|drivers|builders|proxies|agent)/' },
  },
  {
    name: 'faces-stand-apart',
    comment: 'What two faces share belongs in client/ or contract/.',
    from: { path: '^(web|cli|client)/' },
    to: { path: '^(web|cli)/', pathNot: '^$1/' },
  },
  {
    name: 'driver-stands-alone',
    comment:
      'A driver knows the port, the contract, platform/exec and platform/log. Ask for the rest through the port.',
    from: { path: '^drivers/(?!(?:docker|swarm)/)([^/]+)/' },
    to: {
      path: product,
      pathNot: ['^drivers/($1|driver)/', '^contract/', '^platform/(exec|log)/'],
    },
  },
  {
    name: 'engine-driver-stands-alone',
    comment: 'The drivers of Docker and Swarm share drivers/engine, which speaks the Engine API, and not each other.',
    from: { path: '^drivers/(docker|swarm)/' },
    to: { path: product, pathNot: ['^drivers/($1|driver|engine)/', '^contract/', '^platform/(exec|log)/'] },
  },
  {
    name: 'builder-stands-alone',
    comment:
      'A builder knows the port, the contract, platform/exec and platform/log; what it may use comes in its context.',
    from: { path: '^builders/([^/]+)/' },
    to: { path: product, pathNot: ['^builders/($1|builder)/', '^contract/', '^platform/(exec|log)/'] },
  },
  {
    name: 'proxy-stands-alone',
    comment: 'A proxy knows the port and the contract; how its program is started is handed in.',
    from: { path: '^proxies/([^/]+)/' },
    to: { path: product, pathNot: ['^proxies/($1|proxy)/', '^contract/', '^platform/log/'] },
  },
  {
    name: 'only-main-names-a-builder-or-proxy',
    comment:
      'Use the ports @wheelhouse/builders/builder and @wheelhouse/proxies/proxy; main.ts hands the concrete ones in.',
    from: { path: product, pathNot: ['^(builders|proxies)/', '^(server|agent)/src/main[.]ts$', tests] },
    to: { path: '^(builders/(?!builder/)|proxies/(?!proxy/))' },
  },
  {
    name: 'platform-is-plumbing',
    comment: 'Plumbing has no product words. Give the platform a port and let the domain fill it.',
    from: { path: '^platform/' },
    to: { path: '^(contract|client|drivers|builders|proxies|server|agent|cli|web)/' },
  },
  {
    name: 'only-main-names-a-driver',
    comment: 'Use the port @wheelhouse/driver; main.ts hands the concrete driver in. A test may take a real one.',
    from: { path: product, pathNot: ['^drivers/', '^(server|agent)/src/main[.]ts$', tests] },
    to: { path: '^drivers/(?!driver/)' },
  },
  {
    name: 'domain-through-its-door',
    comment: "Import the other domain's index.ts; if it does not export what you need, ask its owner or use an event.",
    from: { path: `^server/src/${group}/([^/]+)/` },
    to: {
      path: `^server/src/${group}/[^/]+/`,
      // What a domain lends to the tests of others; the product itself may not (product-without-tests).
      pathNot: ['^server/src/$1/$2/', `^server/src/${group}/[^/]+/index[.]ts$`, '/testing/'],
    },
  },
  {
    name: 'server-through-the-doors',
    comment: 'main.ts, dispatch, http and ws know a domain by its index.ts only.',
    from: { path: '^server/src/', pathNot: `^server/src/${group}/[^/]+/` },
    to: { path: `^server/src/${group}/[^/]+/`, pathNot: `^server/src/${group}/[^/]+/index[.]ts$` },
  },
  ...groups.slice(0, -1).map((name, index) => ({
    name: `${name}-looks-down`,
    comment: `${groups.toReversed().join(' → ')} is the only way down. Upwards, publish an event of the contract.`,
    from: { path: `^server/src/${name}/` },
    to: { path: `^server/src/(${groups.slice(index + 1).join('|')})/` },
  })),
  {
    name: 'sql-in-stores',
    comment: 'All SQL of a domain is in its store.ts (a schema in migrations/): call the store.',
    from: {
      path: product,
      pathNot: [String.raw`(^|/)store([.]lab)?([.]test)?[.]ts$`, '(^|/)migrations/', '^platform/db/'],
    },
    to: { path: npm('kysely') },
  },
  {
    name: 'fastify-at-the-edge',
    comment: 'HTTP ends in server/src/http and ws: a domain binds operations and never sees a request.',
    from: { path: product, pathNot: '^server/src/(http|ws|faces/gateway)/' },
    to: { path: npm('fastify|@fastify') },
  },
  {
    name: 'processes-through-exec',
    comment: 'Run programs through platform/exec (argv only, bounded, logged). Tests may start what they need.',
    // The launcher of the command line starts the right Node before anything of ours can be loaded.
    from: { path: product, pathNot: ['^platform/exec/', '^drivers/process/', '^cli/bin/', tests] },
    to: { path: '^(node:)?child_process$' },
  },
  {
    name: 'product-without-tests',
    comment: 'Tests import the product, never the other way. Move what both need into the product.',
    from: { path: product, pathNot: [tests, conformance] },
    to: { path: ['^(test|tools|bench)/', tests, conformance] },
  },
  {
    name: 'product-without-development-tools',
    comment: "A release has no development dependencies. Only tests and a room's own build file may use one.",
    from: { path: product, pathNot: [tests, conformance, '^(cli|web)/[^/]+[.]ts$'] },
    to: { path: npm('vitest|@vitest|fast-check|playwright-core|axe-core|rolldown|vite|dependency-cruiser|typescript') },
  },
  {
    name: 'no-cycle',
    comment: 'In a knot one must understand everything to change anything: move the shared noun to a file of its own.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-unknown-import',
    comment: 'An import that cannot be followed is one that no rule can judge: mend the path or the exports.',
    from: { path: product },
    to: { couldNotResolve: true, pathNot: '^virtual:' }, // what the bundler makes: web/vite.config.ts
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: rules.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    parser: 'swc', // with TypeScript 7 the default parser sees no .ts file at all and only warns
    tsPreCompilationDeps: true, // a type-only import is a direction too
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts', '.css'],
    },
  },
}
