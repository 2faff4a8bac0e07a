import { run, which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'

/** Programs that builders run, and the web server of a stack. Nothing of them runs between tests: suites only need to know that they are there. */
function toolchain(name: string, variable: string, find: () => Promise<string>): Component {
  return {
    name,
    async up() {
      return { variables: { [variable]: await find() } }
    },
    async down() {},
    async answers(memory) {
      return (
        memory.variables[name] !== undefined &&
        (await find().then(
          () => true,
          () => false,
        ))
      )
    },
  }
}

async function findPhp(): Promise<string> {
  const missing = ['php', 'composer'].filter((program) => which(program) === undefined)
  if (missing.length > 0) throw new Unavailable(`${missing.join(' and ')} not installed`)
  return which('php') ?? ''
}

async function findPython(): Promise<string> {
  const python = which('python3')
  if (!python) throw new Unavailable('python3 is not installed')
  await run(python, ['-c', 'import venv, ensurepip']).catch(() => {
    throw new Unavailable('python3 has no venv: its package is python3-venv')
  })
  return python
}

async function findNginx(): Promise<string> {
  const nginx = which('nginx')
  if (!nginx) throw new Unavailable('nginx is not installed')
  await run(nginx, ['-v'])
  return nginx
}

export const nginx = toolchain('nginx', 'WHEELHOUSE_TEST_NGINX', findNginx)
export const php = toolchain('php', 'WHEELHOUSE_TEST_PHP', findPhp)
export const python = toolchain('python', 'WHEELHOUSE_TEST_PYTHON', findPython)
