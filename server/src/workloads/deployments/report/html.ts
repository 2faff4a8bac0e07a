import type { Deployment, Release } from '@wheelhouse/contract'
import type { StepEntry } from '../saga/journal.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const text = (value: string): string => value.replace(/[&<>"']/g, (mark) => escapes[mark]!)

function took(from: string | null, to: string | null): string {
  if (from === null || to === null) return ''
  const ms = Date.parse(to) - Date.parse(from)
  return ms < 1000
    ? `${ms} ms`
    : ms < 60_000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

const row = (cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
const table = (heads: readonly string[], rows: readonly string[]): string =>
  rows.length === 0
    ? ''
    : `<table><thead><tr>${heads.map((head) => `<th scope="col">${text(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`
const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`
const section = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${text(title)}</h2>${body}</section>`

const style = `:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);vertical-align:top}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.8rem;border:1px solid color-mix(in srgb,currentColor 20%,transparent)}`

/** One page without anything from elsewhere: it can be sent on and read years later. Secrets were masked before they were kept. */
export function htmlReport(deployment: Deployment, release: Release | null, steps: readonly StepEntry[]): string {
  const { outcome } = deployment
  const facts: [string, string][] = [
    ['State', deployment.state],
    ['Environment', deployment.environment],
    ['Targets', deployment.targets.map((target) => target.name).join(', ')],
    ['Strategy', deployment.strategy],
    ['Release', deployment.release ? String(deployment.release.number) : 'none'],
    ['Before', deployment.previous ? `release ${deployment.previous.number}` : 'nothing served'],
    [
      'Source',
      release?.source.revision
        ? `${release.source.revision.slice(0, 12)}${release.source.dirty ? ', changed' : ''}`
        : '',
    ],
    ['Started by', `${deployment.requestedBy} (${deployment.trigger.kind})`],
    ['Started', deployment.startedAt ?? ''],
    ['Ended', deployment.finishedAt ?? ''],
    ['Took', took(deployment.startedAt, deployment.finishedAt)],
    ['Backup', deployment.backupId ?? 'none'],
    ['Migration', deployment.migrated ? 'ran' : 'none'],
    ['Switch gap', deployment.switchGapMs === null ? '' : `${deployment.switchGapMs} ms`],
  ]
  const stages = deployment.stages.map((stage) =>
    row([
      text(stage.name),
      text(stage.state),
      text(took(stage.startedAt, stage.finishedAt)),
      `${text(stage.message)}${stage.tasks.length > 0 ? list(stage.tasks.map((task) => `${task.name}: ${task.state}${task.message ? `, ${task.message}` : ''}`)) : ''}${stage.undo ? `<p>Undone: ${text(stage.undo.message)}</p>` : ''}`,
    ]),
  )
  const artefacts = (release?.artefacts ?? []).map((artefact) =>
    row([
      text(artefact.app),
      text(artefact.builder),
      `<code>${text(artefact.digest.slice(0, 26))}</code>`,
      `${Math.round(artefact.sizeBytes / 1024)} kB`,
    ]),
  )
  const logs = (outcome?.logs ?? [])
    .map(({ service, lines }) => `<h3>${text(service)}</h3><pre>${lines.map(text).join('\n')}</pre>`)
    .join('')
  const check = outcome?.check ? `<p>${text(outcome.check.name)}</p><pre>${text(outcome.check.output)}</pre>` : ''
  const journal = steps.map((step) =>
    row([
      String(step.seq),
      text(step.stage),
      text(step.id),
      text(step.state),
      text(new Date(step.begunAt).toISOString()),
      text(step.error ?? ''),
    ]),
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(deployment.stack)} ${deployment.number}: ${text(deployment.state)}</title><style>${style}</style></head><body>
<h1>${text(deployment.stack)}, run ${deployment.number}</h1><p>${text(outcome?.summary ?? '')}</p>
${table(
  ['What', ''],
  facts.filter(([, value]) => value !== '').map(([name, value]) => row([text(name), text(value)])),
)}
${section('What runs now', list(outcome?.running ?? []))}
${section('What was not undone', list(outcome?.notUndone ?? []))}
${section('What decided', `${check}${outcome?.error ? `<p>${text(outcome.error.message)}</p>` : ''}`)}
${section('Last lines of the services', logs)}
${section('Stages', table(['Stage', 'State', 'Took', ''], stages))}
${section('Artefacts', table(['App', 'Builder', 'Content', 'Size'], artefacts))}
${section('Journal', table(['', 'Stage', 'Step', 'State', 'Begun', 'Error'], journal))}
</body></html>`
}
