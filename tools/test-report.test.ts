import { expect, test } from 'vitest'
import { afterSecondRun, closingLines, failedFiles, type Report } from './test-report.ts'

const assertion = (status: string, ...ancestorTitles: string[]) => ({ status, ancestorTitles, title: 'a test' })
const file = (status: string, ...assertionResults: Report['testResults'][number]['assertionResults']) => ({
  name: 'x.test.ts',
  status,
  assertionResults,
})

test('ends with the counts and names each skipped suite once', () => {
  const why = 'redis bus [skipped: no redis; run npm run lab -- up]'
  const report = {
    testResults: [file('passed', assertion('passed'), assertion('skipped', why), assertion('skipped', why, 'deeper'))],
  }
  const { lines, failed } = closingLines(report, { code: 0, ci: false })
  expect(lines).toEqual(['', 'Skipped:', `  ${why}`, '', '1 passed, 0 failed, 2 skipped'])
  expect(failed).toBe(false)
})

test('a skipped test is a failure in CI', () => {
  const report = { testResults: [file('passed', assertion('pending', 'group'))] }
  expect(closingLines(report, { code: 0, ci: true }).failed).toBe(true)
})

test.each([
  ['a file that did not load', { testResults: [file('failed')] }, '0 passed, 1 failed, 0 skipped'],
  [
    'an error outside any test',
    { testResults: [file('passed', assertion('passed'))] },
    '1 passed, 1 failed, 0 skipped',
  ],
  ['no report at all', undefined, '0 passed, 1 failed, 0 skipped'],
])('%s counts as a failure', (_, report, last) => {
  const { lines, failed } = closingLines(report, { code: 1, ci: false })
  expect(lines.at(-1)).toBe(last)
  expect(failed).toBe(true)
})

const named = (name: string, status: string, ...states: string[]) => ({
  name,
  status,
  assertionResults: states.map((state, index) => ({
    status: state,
    ancestorTitles: ['suite'],
    title: `test ${index}`,
  })),
})

test('what passes when it is run alone counts as passed and is named', () => {
  const first = { testResults: [named('a', 'passed', 'passed'), named('b', 'failed', 'passed', 'failed')] }
  expect(failedFiles(first)).toEqual(['b'])
  const { report, unsteady } = afterSecondRun(first, { testResults: [named('b', 'passed', 'passed', 'passed')] })
  expect(unsteady).toEqual(['b > suite > test 1'])
  const { lines, failed } = closingLines(report, { code: 0, ci: true, unsteady })
  expect(lines).toContain('  b > suite > test 1')
  expect(lines.at(-1)).toBe('3 passed, 0 failed, 0 skipped')
  expect(failed).toBe(false)
})

test('what fails again, fails', () => {
  const first = { testResults: [named('a', 'failed', 'failed'), named('b', 'failed')] }
  const second = { testResults: [named('a', 'failed', 'failed'), named('b', 'passed', 'passed')] }
  const { report, unsteady } = afterSecondRun(first, second)
  expect(unsteady).toEqual(['b'])
  const { lines, failed } = closingLines(report, { code: 1, ci: true, unsteady })
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped')
  expect(failed).toBe(true)
})

test('a file that the second run does not tell of keeps its failure', () => {
  const first = { testResults: [named('a', 'failed', 'failed')] }
  expect(afterSecondRun(first, { testResults: [] })).toEqual({ report: first, unsteady: [] })
})
