import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { labVariables } from '../test/lab/variables.ts'
import { closingLines, type Report } from './test-report.ts'
import { freshenWeb } from './web-build.ts'

// `npm test [-- path …] [--project unit] [--coverage]`: every argument goes to Vitest.
const root = resolve(import.meta.dirname, '..')
const args = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'whtest-'))
const file = join(folder, 'report.json')

const browser = { ...labVariables(), ...process.env }.WHEELHOUSE_TEST_CHROMIUM
const endToEnd = args.every((arg) => arg.startsWith('-')) || args.some((arg) => arg.includes('e2e'))
if (browser && endToEnd && !args.includes('unit')) await freshenWeb()

const code = await new Promise<number>((done) => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' } // Vitest colours by itself in CI, where nobody sees it
  const env = { ...process.env, ...plain }
  const child = spawn(process.execPath, [vitest, 'run', ...reports, ...args], { cwd: root, env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('close', (status) => done(status ?? 1))
})
const { lines, failed } = closingLines(readReport(), { code, ci: Boolean(process.env.CI) })
rmSync(folder, { recursive: true })
for (const line of lines) console.log(line)
process.exitCode = failed ? code || 1 : 0

function readReport(): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return undefined
  }
}
