import { which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'

/** Nothing runs: suites start the browser themselves and only need to know where it is. */
export const chromium: Component = {
  name: 'chromium',
  async up() {
    const program = which('chromium')
    if (!program) throw new Unavailable('chromium is not installed')
    return { variables: { WHEELHOUSE_TEST_CHROMIUM: program } }
  },
  async down() {},
  async answers(memory) {
    return which('chromium') !== undefined && memory.variables.chromium !== undefined
  },
}
