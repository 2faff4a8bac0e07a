// Code 0 when the worker has reached the API within the last 15 seconds.
import { statSync } from 'node:fs'

const heartbeat = process.env.HEARTBEAT ?? '.worker-heartbeat'
const file = statSync(heartbeat, { throwIfNoEntry: false })
const ageMs = file ? Date.now() - file.mtimeMs : Infinity
console.log(file ? `last success ${Math.round(ageMs / 1000)} s ago` : 'no success yet')
process.exitCode = ageMs < 15_000 ? 0 : 1
