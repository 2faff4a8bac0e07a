import { which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'

/** Nothing runs: suites start it themselves, with a folder of their own for its authority. */
export const mkcert: Component = {
  name: 'mkcert',
  async up() {
    const program = which('mkcert')
    if (!program) throw new Unavailable('mkcert is not installed')
    return { variables: { WHEELHOUSE_TEST_MKCERT: program } }
  },
  async down() {},
  async answers(memory) {
    return which('mkcert') !== undefined && memory.variables.mkcert !== undefined
  },
}
