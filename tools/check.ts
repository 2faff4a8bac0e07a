import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

// `npm run check [-- --no-tests]`: everything a change has to pass, all failures at once.
const root = resolve(import.meta.dirname, '..')
const has = (pattern: string) => globSync(pattern, { cwd: root }).length > 0
const bin = join(root, 'node_modules/.bin')
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }

interface Step {
  name: string
  command: string[]
  when?: boolean
}

const steps: Step[] = [
  { name: 'types', command: ['tsc', '--checkers', '1'] },
  { name: 'types of contract', command: ['tsc', '--checkers', '1', '-p', 'contract'] },
  { name: 'types of web', command: ['tsc', '--checkers', '1', '-p', 'web'], when: has('web/src/**/*.{ts,tsx}') },
  { name: 'lint', command: ['oxlint', '--type-aware', '.'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'boundaries', command: ['node', 'tools/boundaries.ts'] },
  { name: 'sizes and names', command: ['node', 'tools/sizes.ts'] },
  {
    name: 'generated files',
    command: ['node', 'tools/generate.ts', '--check'],
    when: existsSync(join(root, 'tools/generate.ts')),
  },
  {
    name: 'unit tests',
    command: ['node', 'tools/test.ts', '--project', 'unit'],
    when: !process.argv.includes('--no-tests'),
  },
]

const waiting = steps.filter((step) => step.when !== false)
const failures: { name: string; output: string }[] = []

async function work(): Promise<void> {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const since = performance.now()
    const { code, output } = await run(step.command)
    const seconds = ((performance.now() - since) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(18)} ${seconds} s`)
    if (code !== 0) failures.push({ name: step.name, output })
  }
}

function run([command = '', ...args]: string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer) => (output += chunk.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => done({ code: 1, output: error.message }))
    child.once('close', (code) => done({ code: code ?? 1, output }))
  })
}

await Promise.all([work(), work()]) // type checkers are hungry: two at a time
for (const { name, output } of failures) console.log(`\n── ${name}\n${output.trim()}`)
if (failures.length > 0) process.exitCode = 1
