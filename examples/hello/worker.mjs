// Calls the API each few seconds. Its log has several levels, as JSON and as text, to see how they are told apart.
import { rmSync, writeFileSync } from 'node:fs'

const api = process.env.API ?? 'http://127.0.0.1:8802'
const intervalMs = Number(process.env.INTERVAL_MS ?? 3000)
const heartbeat = process.env.HEARTBEAT ?? '.worker-heartbeat'
let round = 0
let failures = 0

const log = (level, message, more = {}) =>
  console.log(JSON.stringify({ level, time: new Date().toISOString(), message, ...more }))

async function work() {
  round++
  log('debug', 'asking the API', { round })
  const began = performance.now()
  try {
    const response = await fetch(api, { signal: AbortSignal.timeout(2000) })
    const { requests } = await response.json()
    const tookMs = Math.round((performance.now() - began) * 10) / 10
    failures = 0
    log('info', 'the API answered', { round, requests, tookMs })
    if (tookMs > 250) console.error(`WARN slow answer: ${tookMs} ms`)
    // Its health check looks at the age of this file.
    writeFileSync(heartbeat, new Date().toISOString())
  } catch (error) {
    failures++
    console.error(`[ERROR] the API at ${api} does not answer, ${failures} in a row: ${error.message}`)
  }
}

log('info', 'worker started', { api, intervalMs })
await work()
const timer = setInterval(() => void work(), intervalMs)

process.on('SIGTERM', () => {
  clearInterval(timer)
  log('warn', 'asked to stop', { rounds: round })
  rmSync(heartbeat, { force: true })
})
