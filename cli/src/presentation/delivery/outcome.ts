import type { Deployment } from '@wheelhouse/contract'
import { indented } from '../block.ts'
import { type Look, type Paint, paint } from '../look.ts'
import { clean, cleanLog } from '../width.ts'

/** Output of programs, moved right and marked, so that nobody takes it for a sentence of ours. */
function quoted(text: string, look: Look): string {
  const bar = paint(look.unicode ? '│' : '|', 'dim', look)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `      ${bar} ${cleanLog(line, look.color)}\n`)
    .join('')
}

const listed = (title: string, sentences: readonly string[], look: Look, color?: Paint): string =>
  sentences.length === 0
    ? ''
    : `  ${paint(title, 'bold', look)}\n${sentences.map((one) => `    ${paint(clean(one), color, look)}\n`).join('')}`

/** What a person can do now, a command each. */
export function whatNext(deployment: Deployment): string[] {
  const { id, outcome, state, stack, environment } = deployment
  const stage = outcome?.stage ? ` --stage ${outcome.stage}` : ''
  const log = `wh deployments log ${id}${stage} shows all it printed`
  const report = `wh report ${id} --export report.html keeps the report`
  if (state === 'succeeded') return [report]
  if (outcome?.stage === 'preflight') return [`wh check looks again once it is mended`]
  if (state === 'rolled-back') return [log, `Mend it and run wh deploy again`, report]
  // Before the first that served there is nothing to go back to.
  if (state === 'failed' && deployment.previous !== null)
    return [log, `wh rollout undo ${stack} -e ${environment} brings the release before back`, report]
  if (state === 'failed') return [log, `Mend it and run wh deploy again`, report]
  if (state === 'abandoned') return [`wh rollout status ${stack} -e ${environment} shows what serves`, log]
  return [log]
}

/** One sentence, the evidence, what runs, what was not undone, what next. */
export function outcomeText(deployment: Deployment, look: Look): string {
  const { outcome } = deployment
  if (outcome === null) return ''
  let text = `  ${clean(outcome.summary)}\n`
  if (outcome.check) {
    const stage = outcome.stage === null ? '' : `${outcome.stage}: `
    text += `  ${paint('Decided by', 'bold', look)}  ${clean(stage + outcome.check.name)}\n${quoted(outcome.check.output, look)}`
  } else if (outcome.stage !== null && deployment.state !== 'succeeded') {
    text += `  ${paint('Decided by', 'bold', look)}  ${clean(outcome.stage)}\n`
  }
  if (outcome.error)
    text += `  ${paint('Error', 'bold', look)}  ${paint(clean(`${outcome.error.errorCode}: ${outcome.error.message}`), 'red', look)}\n`
  for (const { service, lines } of outcome.logs)
    text += `  ${paint(`Last lines of ${clean(service)}`, 'bold', look)}\n${quoted(lines.join('\n'), look)}`
  text += listed('Runs now', outcome.running, look)
  text += listed('Not undone', outcome.notUndone, look, 'red')
  return text + indented(listed('What next', whatNext(deployment), look), 0)
}
