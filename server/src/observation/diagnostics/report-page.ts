import type { Component, PerformanceReport, Resources, UsageReport } from '@wheelhouse/contract'
import { sizeWords } from './words.ts'

export interface Report {
  readonly version: string
  readonly at: string
  readonly components: readonly Component[]
  readonly resources: Resources
  readonly performance: PerformanceReport
  readonly usage: UsageReport
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const text = (value: string | number): string => String(value).replace(/[&<>"']/g, (mark) => escapes[mark]!)
const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table><thead><tr>${heads.map((head) => `<th scope="col">${text(head)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`
const section = (title: string, body: string): string => `<section><h2>${text(title)}</h2>${body}</section>`

const style = `:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);vertical-align:top}
@media print{section{break-inside:avoid}}`

/** One page without anything from elsewhere: to print, or to send on. */
export function reportPage({ version, at, components, resources, performance, usage }: Report): string {
  const states = Object.entries(usage.services.states).map(([state, count]) => `${count} ${state}`)
  const body = [
    section(
      'Components',
      table(
        ['Part', 'State', 'What is', 'What to do'],
        components.map(({ name, state, message, advice }) => [name, state, message, advice ?? '']),
      ),
    ),
    section(
      'Where it goes',
      table(
        ['Reading', 'Forecast'],
        resources.trends.map(({ name, forecast }) => [name, forecast ?? 'steady']),
      ),
    ),
    section(
      'Storage',
      table(
        ['Part', 'Size', 'Budget'],
        usage.storage.map(({ name, bytes, budgetBytes }) => [
          name,
          sizeWords(bytes),
          budgetBytes === null ? '' : sizeWords(budgetBytes),
        ]),
      ),
    ),
    section(
      'Services',
      `<p>${text(usage.services.total)} on ${text(usage.services.targets)} targets in ${text(usage.services.stacks)} stacks: ${text(states.join(', '))}</p>`,
    ),
    section(
      'Deployments',
      table(
        ['Stack', 'All', 'Succeeded', 'Failed', 'Rolled back'],
        usage.deployments.map((row) => [row.stack, row.total, row.succeeded, row.failed, row.rolledBack]),
      ),
    ),
    section(
      'People',
      `<p>${text(usage.users.active)} of ${text(usage.users.total)} users were active.</p>${table(
        ['User', 'Changes'],
        usage.changes.map(({ username, count }) => [username, count]),
      )}`,
    ),
    section(
      'Jobs',
      table(
        ['Kind', 'All', 'Failed'],
        usage.jobs.map(({ kind, total, failed }) => [kind, total, failed]),
      ),
    ),
    section(
      `Slowest operations of ${performance.calls} calls since ${performance.since}`,
      table(
        ['Operation', 'Calls', 'Errors', 'Median ms', '95 % within ms', 'Longest ms'],
        performance.items
          .slice(0, 40)
          .map((row) => [row.operation, row.count, row.errors, row.p50Ms, row.p95Ms, row.maxMs]),
      ),
    ),
  ]
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Wheelhouse, ${text(at)}</title><style>${style}</style></head><body><h1>Wheelhouse ${text(version)}</h1><p>${text(usage.since)} to ${text(usage.until)}</p>${body.join('')}</body></html>`
}
