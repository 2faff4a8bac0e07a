// Writes expected.json of every case anew: node test/compose/record.ts <docker> compose, with the client's arguments before compose.
import { writeFileSync } from 'node:fs'
import { expectedFile, listCases, realJson } from './corpus.ts'

const [program, ...rest] = process.argv.slice(2)
if (program === undefined) throw new Error('usage: node test/compose/record.ts <docker> [--config <folder>] compose')
for (const one of listCases()) {
  try {
    writeFileSync(expectedFile(one), `${JSON.stringify(await realJson(one, [program, ...rest]), null, 2)}\n`)
  } catch (error) {
    console.error(`${one.name}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
