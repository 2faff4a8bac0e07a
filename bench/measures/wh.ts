import { join } from 'node:path'
import { budget, type Bench } from '../figure.ts'
import { commandMs } from '../subject/command.ts'
import { root } from '../subject/house.ts'

const rounds = 20

export const wh: Bench = {
  name: 'wh',
  about: '`wh --help`, built and with a warm compile cache; an empty Node beside it',
  async run() {
    const help = [join(root, 'cli/bin/wh.js'), '--help']
    await commandMs(help, 2) // builds it when it is stale
    const value = await commandMs(help, rounds)
    const raw = { what: 'node -e 0', value: await commandMs(['-e', '0'], rounds) }
    return [{ what: 'wh --help, p50', value, unit: 'ms', raw, budget: budget('< 100 ms', value < 100) }]
  },
}
