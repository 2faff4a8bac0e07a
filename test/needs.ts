import { afterAll, beforeAll, describe, test } from 'vitest'
import { reserveNodes } from './docker/nodes-reserved.ts'

/** Real components a suite may need, and the variable that says where each is. `npm run lab -- up` sets them all. */
const variables = {
  postgres: 'WHEELHOUSE_TEST_POSTGRES', // postgres://user@host:port/database
  mariadb: 'WHEELHOUSE_TEST_MARIADB', // mysql://user:password@host:port
  redis: 'WHEELHOUSE_TEST_REDIS', // redis://host:port
  docker: 'WHEELHOUSE_TEST_DOCKER', // unix:///path/docker.sock
  dockerTls: 'WHEELHOUSE_TEST_DOCKER_TLS', // tcp://host:port; certificates in WHEELHOUSE_TEST_DOCKER_CERTS (a folder)
  // Three machines with an engine each (20.10, 20.10, 26.1): unix:///path/docker.sock. Beside it, of n1: its address on the
  // lab's network in WHEELHOUSE_TEST_N1_ADDRESS, tcp://host:port in _TCP, certificates for that in _CERTS (n2's is plain).
  n1: 'WHEELHOUSE_TEST_N1',
  n2: 'WHEELHOUSE_TEST_N2',
  n3: 'WHEELHOUSE_TEST_N3',
  swarm: 'WHEELHOUSE_TEST_SWARM', // host:port of n1 for those who join; the three are in no Swarm: see test/docker/swarm-of-nodes.ts
  // A folder with id_ed25519 (may log in), stranger (may not) and known_hosts; ssh://user@host of each node in WHEELHOUSE_TEST_N1_SSH …
  ssh: 'WHEELHOUSE_TEST_SSH',
  registry: 'WHEELHOUSE_TEST_REGISTRY', // host:port
  nodesRegistry: 'WHEELHOUSE_TEST_NODES_REGISTRY', // host:port: the same registry, where all engines of the lab reach it
  registryLogin: 'WHEELHOUSE_TEST_REGISTRY_LOGIN', // http://user:password@host:port, reached and trusted by all engines
  compose: 'WHEELHOUSE_TEST_DOCKER_CLI', // path of docker 26.1; `--config WHEELHOUSE_TEST_DOCKER_CONFIG` gives it Compose
  s3: 'WHEELHOUSE_TEST_S3', // http://accessKey:secretKey@host:port, a stand-in that checks signatures
  systemd: 'WHEELHOUSE_TEST_SYSTEMD', // name of a container with systemd in the engine of WHEELHOUSE_TEST_DOCKER
  mkcert: 'WHEELHOUSE_TEST_MKCERT', // path of the program
  chromium: 'WHEELHOUSE_TEST_CHROMIUM', // path of the browser
  php: 'WHEELHOUSE_TEST_PHP', // path of php; composer is on the PATH
  python: 'WHEELHOUSE_TEST_PYTHON', // path of a python3 that has venv
  caddy: 'WHEELHOUSE_TEST_CADDY', // path of the program
  nginx: 'WHEELHOUSE_TEST_NGINX', // path of the program
} as const
export type Need = keyof typeof variables
/** What is of the nodes. Suites that need any of it have the nodes to themselves, one suite after the other. */
const ofNodes: ReadonlySet<Need> = new Set(['n1', 'n2', 'n3', 'swarm', 'ssh'])
const longestWaitMs = 20 * 60_000

/** Where the component is; throws when it is not there, which inside `suite` cannot happen. */
export function where(need: Need): string {
  const value = process.env[variables[need]]
  if (!value) throw new Error(`${variables[need]} is not set: run npm run lab -- up`)
  return value
}

function reserve(): void {
  let giveBack: (() => void) | undefined
  beforeAll(async () => {
    giveBack = await reserveNodes(where('n1'))
  }, longestWaitMs)
  afterAll(() => giveBack?.())
}

/** A suite that needs real components. Without them it is skipped and says so; in CI that is a failure. */
export function suite(name: string, needs: readonly Need[], body: () => void): void {
  const missing = needs.filter((need) => !process.env[variables[need]])
  if (missing.length === 0) {
    describe(name, () => {
      if (needs.some((need) => ofNodes.has(need))) reserve()
      body()
    })
    return
  }
  const why = `${name} [skipped: no ${missing.join(', ')}; run npm run lab -- up]`
  if (process.env.CI) throw new Error(`${why}: no suite may be skipped in CI`)
  // Not `body`: a skipped suite's body runs all the same to collect its tests, and would ask where the component is.
  describe.skip(why, () => test('not collected', () => {}))
}
