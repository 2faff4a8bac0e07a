import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { labVariables } from '../test/lab/variables.ts'
import { afterSecondRun, closingLines, failedFiles, type Report } from './test-report.ts'
import { freshenWeb } from './web-build.ts'

// `npm test [-- path …] [--project unit] [--coverage]`: every argument goes to Vitest.
const root = resolve(import.meta.dirname, '..')
const args = process.argv.slice(2)
const mostSecondRuns = 6
const folder = mkdtempSync(join(tmpdir(), 'whtest-'))

const browser = { ...labVariables(), ...process.env }.WHEELHOUSE_TEST_CHROMIUM
const endToEnd = args.every((arg) => arg.startsWith('-')) || args.some((arg) => arg.includes('e2e'))
if (browser && endToEnd && !args.includes('unit')) await freshenWeb()

/**
 * All of it is three runs beside each other: the suites of the lab's nodes and those of the browser have those to themselves, go one after
 * the other and mostly wait; the rest has its workers meanwhile. Vitest runs projects beside each other only where they share their workers.
 */
const runs = args.length === 0 ? [of('unit', 'lab'), of('nodes'), of('e2e')] : [args]
if (runs.length > 1) await warmCompileCache()
const ends = await Promise.all(runs.map((own, index) => run(own, join(folder, `report-${index}.json`))))
const reports = ends.flatMap(({ report }) => report ?? [])
const code = ends.find((end) => end.code !== 0)?.code ?? 0
const report = reports.length === 0 ? undefined : { testResults: reports.flatMap(({ testResults }) => testResults) }
const outcome = { report, code, unsteady: [] as string[], ...(await secondRun()) }
const { lines, failed } = closingLines(outcome.report, { ...outcome, ci: Boolean(process.env.CI) })
rmSync(folder, { recursive: true })
for (const line of lines) console.log(line)
process.exitCode = failed ? outcome.code || 1 : 0

/**
 * All suites beside each other ask more of a small machine than any user does, so a few failures are looked at again, each file alone. What
 * fails then fails the run; what passes is named at the end (docs/decisions/0010-second-run.md). Many failures, or one outside any test, are
 * no matter of luck and are not tried again.
 */
async function secondRun(): Promise<{ report: Report; code: number; unsteady: string[] } | undefined> {
  const files = report ? failedFiles(report) : []
  const explained = ends.every((end) => end.code === 0 || (end.report && failedFiles(end.report).length > 0))
  if (!report || runs.length === 1 || !explained || files.length === 0 || files.length > mostSecondRuns)
    return undefined
  console.log(`\nOnce more, alone:\n${files.map((file) => `  ${file}`).join('\n')}`)
  const again = await run([...files, '--no-file-parallelism'], join(folder, 'second.json'))
  return again.report && { code: again.code, ...afterSecondRun(report, again.report) }
}

/** One start that ends well writes down what the many control planes of the suites would else compile anew: of those, most are killed. */
async function warmCompileCache(): Promise<void> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node') }
  const child = spawn(process.execPath, [join(root, 'server/src/main.ts'), '--version'], { env, stdio: 'ignore' })
  await new Promise((done) => child.once('close', done))
}

function of(...projects: string[]): string[] {
  return projects.flatMap((name) => ['--project', name])
}

async function run(own: readonly string[], file: string): Promise<{ code: number; report: Report | undefined }> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  // Vitest colours by itself in CI, where nobody sees it, and not where it is asked through a pipe.
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }
  const shared = runs.length > 1
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...own], {
    cwd: root,
    env: { ...process.env, ...(shared || !process.stdout.isTTY ? colour : {}) },
    stdio: ['inherit', shared ? 'pipe' : 'inherit', shared ? 'pipe' : 'inherit'],
  })
  // Line by line, so that neither cuts the other off in the middle.
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    if (from) createInterface({ input: from }).on('line', (line) => to.write(`${line}\n`))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const code = await new Promise<number>((done) => child.once('close', (status) => done(status ?? 1)))
  return { code, report: readReport(file) }
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return undefined
  }
}
