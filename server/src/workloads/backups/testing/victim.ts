import { writeSync } from 'node:fs'
import type { BackupPlan } from '../backup-plan.ts'
import { BackupBench } from './backup-bench.ts'

/*
 * A process to be killed: `victim.ts FOLDER create PLAN` or `victim.ts FOLDER restore ID WORD`, which stops dead, saying "reached",
 * at the first progress that names the word.
 */
const [, , folder = '', act = '', what = '', word = ''] = process.argv
const bench = await new BackupBench(folder).open()
const run = {
  ...bench.run(),
  progress(text: string) {
    if (word === '' || !text.includes(word)) return
    writeSync(1, 'reached\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
}
if (act === 'create') await bench.backups.create(JSON.parse(what) as BackupPlan, run)
else await bench.backups.restore(what, { by: 'mara' }, run)
