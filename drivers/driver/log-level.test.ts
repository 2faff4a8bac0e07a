import { expect, test } from 'vitest'
import { detectLevel } from './log-level.ts'

const table: readonly (readonly [string, ReturnType<typeof detectLevel>])[] = [
  ['{"level":"warn","msg":"slow"}', 'warn'],
  ['{"level":30,"time":1,"msg":"pino"}', 'info'],
  ['{"level":60,"msg":"pino"}', 'fatal'],
  ['{"severity":"ERROR","message":"cloud"}', 'error'],
  ['{"msg":"level is not said","code":3}', null],
  ['{"level":3,"short_message":"gelf"}', 'error'],
  ['time=2026-11-20T10:00:00Z level=debug msg="x"', 'debug'],
  ['lvl=crit msg=down', 'fatal'],
  ['[ERROR] it broke', 'error'],
  ['2026-11-20 10:00:00 [warning] slow', 'warn'],
  ['2026-11-20T10:00:00.123Z WARN slow', 'warn'],
  ['2026-11-20 10:00:00,123 - app - ERROR - it broke', 'error'],
  ['ERROR: it broke', 'error'],
  ['Error: it broke', 'error'],
  ['warn tick 3', null],
  ['WARN tick 3', 'warn'],
  ['W0102 15:04:05.678901   1 main.go:1] klog', 'warn'],
  ['E1120 10:00:00.000000   1 x.go:9] klog', 'error'],
  ['\u001b[31mERROR\u001b[0m coloured', 'error'],
  ['\u001b[32minfo\u001b[39m: winston', 'info'],
  ['INFO:     Started server process [1]', 'info'],
  ['there was no error in the information', null],
  ['', null],
  ['GET /error 200', null],
]

test.each(table)('%s → %s', (line, level) => {
  expect(detectLevel(line)).toBe(level)
})
