import { describe, test } from 'vitest'

/** Real components a suite may need, and the variable that says where each is. `npm run lab -- up` sets them all. */
const variables = {
  postgres: 'WHEELHOUSE_TEST_POSTGRES', // postgres://user@host:port/database
  mariadb: 'WHEELHOUSE_TEST_MARIADB', // mysql://user:password@host:port
  redis: 'WHEELHOUSE_TEST_REDIS', // redis://host:port
  docker: 'WHEELHOUSE_TEST_DOCKER', // unix:///path/docker.sock
  dockerTls: 'WHEELHOUSE_TEST_DOCKER_TLS', // tcp://host:port; certificates in WHEELHOUSE_TEST_DOCKER_CERTS (a folder)
  registry: 'WHEELHOUSE_TEST_REGISTRY', // host:port
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

/** Where the component is; throws when it is not there, which inside `suite` cannot happen. */
export function where(need: Need): string {
  const value = process.env[variables[need]]
  if (!value) throw new Error(`${variables[need]} is not set: run npm run lab -- up`)
  return value
}

/** A suite that needs real components. Without them it is skipped and says so; in CI that is a failure. */
export function suite(name: string, needs: readonly Need[], body: () => void): void {
  const missing = needs.filter((need) => !process.env[variables[need]])
  if (missing.length === 0) {
    describe(name, body)
    return
  }
  const why = `${name} [skipped: no ${missing.join(', ')}; run npm run lab -- up]`
  if (process.env.CI) throw new Error(`${why}: no suite may be skipped in CI`)
  // Not `body`: a skipped suite's body runs all the same to collect its tests, and would ask where the component is.
  describe.skip(why, () => test('not collected', () => {}))
}
