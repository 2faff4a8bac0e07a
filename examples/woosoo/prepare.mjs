// Makes deployment.config.env from its example: a database with a user of its own, and secrets that nobody else has.
// The server is that of WHEELHOUSE_TEST_MARIADB (mysql://user:password@host:port); `npm run -s lab -- env` prints it.
// What is in the file already is kept.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? import.meta.dirname
const file = join(folder, 'deployment.config.env')
const address = process.env.WHEELHOUSE_TEST_MARIADB
if (!address) {
  console.error(
    'WHEELHOUSE_TEST_MARIADB is not set. Run: eval "$(npm run -s lab -- env)", or name a server of yours in it.',
  )
  process.exit(1)
}
const server = new URL(address)
const text = readFileSync(existsSync(file) ? file : join(folder, 'deployment.config.example.env'), 'utf8')
const valueOf = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
const secret = () => randomBytes(24).toString('base64url')

const values = {
  APP_KEY: valueOf('APP_KEY') || secret(),
  REVERB_APP_SECRET: valueOf('REVERB_APP_SECRET') || secret(),
  DB_HOST: server.hostname,
  DB_PORT: server.port || '3306',
  DB_PASSWORD: valueOf('DB_PASSWORD') || secret(),
}
// Names of the database and its user may be chosen before: prepare.mjs <folder> <name>.
const database = process.argv[3] ?? valueOf('DB_DATABASE')
if (!/^[a-z][a-z0-9_]{0,40}$/.test(database)) throw new Error(`"${database}" is no name for a database.`)
Object.assign(values, { DB_DATABASE: database, DB_USERNAME: process.argv[3] ?? valueOf('DB_USERNAME') })

// Restores and drills work in scratch databases beside the real one, so the user owns all whose names begin with its name.
const pattern = `${database.replaceAll('_', '\\_')}%`
const user = `'${values.DB_USERNAME}'@'%'`
const statements = [
  `CREATE DATABASE IF NOT EXISTS \`${database}\``,
  `CREATE USER IF NOT EXISTS ${user}`,
  `ALTER USER ${user} IDENTIFIED BY '${values.DB_PASSWORD}'`,
  `GRANT ALL ON \`${pattern}\`.* TO ${user}`,
]
const argv = ['--no-defaults', '--protocol=tcp', '-h', values.DB_HOST, '-P', values.DB_PORT, '-u', server.username]
execFileSync('mariadb', argv, {
  input: `${statements.join(';\n')};\n`,
  // In the environment and on standard input: a command line is for everyone to read.
  env: { ...process.env, MYSQL_PWD: decodeURIComponent(server.password) },
  stdio: ['pipe', 'inherit', 'inherit'],
})
const lines = Object.entries(values).reduce(
  (so, [name, value]) => so.replace(new RegExp(`^${name}=.*$`, 'm'), () => `${name}=${value}`),
  text,
)
writeFileSync(file, lines, { mode: 0o600 })
console.log(`deployment.config.env is ready: ${values.DB_DATABASE} on ${values.DB_HOST}:${values.DB_PORT}.`)
