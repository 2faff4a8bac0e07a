import { defineConfig } from 'vitest/config'
import { labVariables } from './test/lab/variables.ts'
import { suitesOnNodes } from './test/suites-on-nodes.ts'

const onNodes = suitesOnNodes()
const never = ['**/node_modules/**', '**/dist/**']
// The lab of this checkout is found by itself; a variable set by hand wins.
const lab = Object.entries(labVariables()).filter(([name]) => !process.env[name])

export default defineConfig({
  test: {
    // Suites of kept lines and readings turn it on; all others would follow each service of theirs once more.
    env: { WHEELHOUSE_LOG_HISTORY: 'false', WHEELHOUSE_METRICS_HISTORY: 'false', ...Object.fromEntries(lab) },
    pool: 'forks', // suites signal processes and change folders, which threads cannot
    maxWorkers: 2,
    expect: { poll: { timeout: 60_000 } }, // what is waited for comes about later on a machine that does much else
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'html', 'json-summary'],
      include: ['{contract,client,platform,drivers,server,cli,web}/**/*.{ts,tsx}'],
      exclude: [...never, '**/*.test.{ts,tsx}'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...never, '**/*.lab.test.ts', 'test/e2e/**'],
          testTimeout: 60_000, // nothing is about speed: only what hangs is to end
          hookTimeout: 120_000, // a control plane of its own takes long to start on a machine that does much else
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['**/*.lab.test.ts'],
          exclude: [...never, 'test/e2e/**', ...onNodes],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...never, ...onNodes],
          maxWorkers: 1, // one browser and one server at a time
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'nodes',
          include: onNodes,
          exclude: never,
          maxWorkers: 1, // they need the same three machines: a second one would only wait
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
