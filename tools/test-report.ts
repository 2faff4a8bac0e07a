/** The part of Vitest's JSON report that is read here. */
export interface Report {
  testResults: {
    name: string
    status: string
    assertionResults: { status: string; ancestorTitles: string[]; title: string }[]
  }[]
}

/** Files in which something failed, or which did not load. */
export function failedFiles(report: Report): string[] {
  return report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
}

/**
 * The report after what had failed was run a second time, alone: for those files the second outcome counts. `unsteady` names each test
 * that failed beside the others and passed alone; a file that did not load is named itself.
 */
export function afterSecondRun(first: Report, second: Report): { report: Report; unsteady: string[] } {
  const again = new Map(second.testResults.map((file) => [file.name, file]))
  const unsteady = first.testResults.flatMap((file) => {
    if (file.status !== 'failed' || again.get(file.name)?.status !== 'passed') return []
    const failures = file.assertionResults.filter(({ status }) => status === 'failed')
    if (failures.length === 0) return [file.name]
    return failures.map(({ ancestorTitles, title }) => [file.name, ...ancestorTitles, title].join(' > '))
  })
  return { report: { testResults: first.testResults.map((file) => again.get(file.name) ?? file) }, unsteady }
}

/**
 * What `npm test` ends with: each skipped suite with its reason, then one plain line to count by. A file that failed
 * to load counts as one failure. In CI a skipped test is a failure: nobody would notice it.
 */
export function closingLines(
  report: Report | undefined,
  run: { code: number; ci: boolean; unsteady?: readonly string[] },
) {
  const files = report?.testResults ?? []
  const tests = files.flatMap((file) => file.assertionResults)
  const count = (...states: string[]) => tests.filter((test) => states.includes(test.status)).length
  const unloaded = files.filter((file) => {
    return file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
  }).length
  const passed = count('passed')
  const skipped = count('skipped', 'pending', 'todo', 'disabled')
  const seen = count('failed') + unloaded
  const failed = run.code !== 0 && seen === 0 ? 1 : seen // an error outside any test
  const forbidden = run.ci && skipped > 0

  const reasons = tests
    .filter((test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
    .map(
      (test) =>
        test.ancestorTitles.find((title) => title.includes('[skipped:')) ??
        [...test.ancestorTitles, test.title].join(' > '),
    )
  const suites = [...new Set(reasons)]
  const unsteady = run.unsteady ?? []
  const lines = [
    ...(unsteady.length > 0
      ? ['', 'Failed beside the others, passed alone (find out why):', ...unsteady.map((test) => `  ${test}`)]
      : []),
    ...(suites.length > 0 ? ['', 'Skipped:', ...suites.map((suite) => `  ${suite}`)] : []),
    ...(forbidden ? ['Skipping is a failure in CI.'] : []),
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ]
  return { lines, failed: run.code !== 0 || failed > 0 || forbidden }
}
