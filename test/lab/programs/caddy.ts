import { which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'

/** Nothing runs: suites start Caddy themselves, each on an admin port of its own, and only need to know where it is. */
export const caddy: Component = {
  name: 'caddy',
  async up() {
    const program = which('caddy')
    if (!program) throw new Unavailable('caddy is not installed')
    return { variables: { WHEELHOUSE_TEST_CADDY: program } }
  },
  async down() {},
  async answers(memory) {
    return which('caddy') !== undefined && memory.variables.caddy !== undefined
  },
}
