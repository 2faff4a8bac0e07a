import { expect, test } from 'vitest'
import { closingLines, type Report } from './test-report.ts'

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
