import { down, status, up } from '../test/lab/lab.ts'
import { labVariables } from '../test/lab/variables.ts'

// The real components that tests need: PostgreSQL, MariaDB, Redis, Docker engines (one here, three on a network of their own), registries, a stand-in for S3, systemd, mkcert, Caddy, nginx, PHP, Python, Chromium.
const say = (line: string) => console.log(line)

switch (process.argv[2]) {
  case 'up':
    // What this machine cannot have (no root, no apt) is no failure: the suites that need it are skipped and say so.
    if (!(await up(say))) process.exitCode = 1
    break
  case 'down':
    await down(say)
    break
  case 'status':
    await status(say)
    break
  case 'env':
    for (const [name, value] of Object.entries(labVariables())) say(`export ${name}='${value}'`)
    break
  default:
    console.error('usage: npm run lab -- up | down | status | env')
    process.exitCode = 2
}
