import { down, status, up } from '../test/lab/lab.ts'
import { labVariables } from '../test/lab/variables.ts'

// The real components that tests need: PostgreSQL, Redis, a Docker engine, a registry, Chromium.
const say = (line: string) => console.log(line)

switch (process.argv[2]) {
  case 'up':
    // Without root some parts cannot be had; the rest is up, and in CI the tests say what they miss.
    await up(say)
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
