import type { Component, Finding } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { writeTo } from '../../derived/transfer.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { glyph, stateCell } from '../../presentation/state.ts'
import { type Column, table } from '../../presentation/table.ts'
import { bytes, percent } from '../../presentation/units.ts'
import { clean } from '../../presentation/width.ts'
import { findService } from '../../resolve.ts'
import type { Shell } from '../../shell.ts'

const states = { ok: 'healthy', warning: 'degraded', error: 'failed', skipped: 'stopped' } as const
const stateOf = (state: keyof typeof states) => states[state]

const componentColumns: readonly Column<Component>[] = [
  { head: 'PART', cell: ({ name }) => ({ text: name, paint: 'bold' }), shrink: 14 },
  { head: 'STATE', cell: ({ state }, look) => stateCell(stateOf(state), look) },
  { head: 'SAYS', cell: ({ message }) => message, shrink: 24 },
]

/** What is not well fails the command, so that a script can ask. */
function fails(state: string): void {
  if (state === 'error') process.exitCode = 1
}

export function defineStatus(command: Command): void {
  action(command, async (shell) => {
    const { client } = await connect(shell)
    const [status, components] = await Promise.all([client.diagnostics.status(), client.diagnostics.components()])
    fails(components.state)
    if (await structured(shell, { ...status, components: components.items, state: components.state })) return
    shell.write(table(componentColumns, components.items, shell.out, { headers: shell.globals.headers !== false }))
  })
}

const shownFigure = ([name, value]: [string, number | string | null]): string => {
  if (typeof value === 'number' && name.endsWith('Bytes')) return `${name.slice(0, -5)} ${bytes(value)}`
  if (typeof value === 'number' && name.endsWith('Ms')) return `${name.slice(0, -2)} ${value} ms`
  return `${name} ${value ?? '-'}`
}

export function defineComponents(command: Command): void {
  action(command, async (shell) => {
    const { client } = await connect(shell)
    const answer = await client.diagnostics.components()
    fails(answer.state)
    if (await structured(shell, answer)) return
    for (const { name, state, message, advice, figures } of answer.items) {
      shell.write(
        `${glyph(stateOf(state), shell.out).text} ${paint(clean(name), 'bold', shell.out)}  ${clean(message)}\n`,
      )
      if (advice) shell.write(`  ${clean(advice)}\n`)
      const shown = Object.entries(figures).map(shownFigure)
      if (shown.length > 0) shell.write(`  ${paint(clean(shown.join(', ')), 'dim', shell.out)}\n`)
    }
  })
}

export function defineResources(command: Command): void {
  action(command, async (shell) => {
    const { client } = await connect(shell)
    const answer = await client.diagnostics.resources()
    if (await structured(shell, answer)) return
    const { disk, trends } = answer
    const told = (name: string, value: number): string =>
      name === 'cpu' ? percent(value) : name === 'loopDelay' ? `${value} ms` : bytes(value)
    for (const { name, now, perHour, forecast } of trends) {
      const rise =
        perHour === null
          ? 'watched for too short a time'
          : `${perHour < 0 ? '-' : '+'}${told(name, Math.abs(perHour))} an hour`
      shell.write(
        `${name.padEnd(10)} ${told(name, now).padStart(10)}  ${paint(rise, 'dim', shell.out)}${forecast ? `  ${paint(forecast, 'yellow', shell.out)}` : ''}\n`,
      )
    }
    shell.write(
      `\n${paint(clean(disk.folder), 'bold', shell.out)}  ${bytes(disk.freeBytes ?? 0)} of ${bytes(disk.totalBytes ?? 0)} free\n`,
    )
    for (const { name, bytes: size, budgetBytes } of disk.parts)
      shell.write(
        `  ${clean(name).padEnd(18)} ${bytes(size).padStart(10)}${budgetBytes === null ? '' : ` of ${bytes(budgetBytes)}`}\n`,
      )
  })
}

function writeFindings(shell: Shell, findings: readonly Finding[]): void {
  for (const { name, state, found, advice } of findings) {
    shell.write(`${glyph(stateOf(state), shell.out).text} ${paint(clean(name), 'bold', shell.out)}  ${clean(found)}\n`)
    if (advice) shell.write(`  ${clean(advice)}\n`)
  }
}

export function defineTroubleshoot(command: Command): void {
  command
    .argument('[service]', 'why this one does not run; the house itself unless told')
    .option('--target <name>', 'look for the service on this target only')
  action(command, async (shell, { target }: { target?: string }, [name]) => {
    const { client } = await connect(shell)
    if (name === undefined) {
      const answer = await client.diagnostics.troubleshoot()
      fails(answer.state)
      if (!(await structured(shell, answer))) writeFindings(shell, answer.findings)
      return
    }
    const { id } = await findService(client, name, target === undefined ? {} : { target })
    const answer = await client.diagnostics.explain({ id })
    fails(answer.state)
    if (await structured(shell, answer)) return
    shell.write(`${clean(answer.summary)}\n\n`)
    writeFindings(shell, answer.findings)
    if (answer.lines.length > 0 && answer.state !== 'ok')
      shell.write(
        `\n${paint('Its last words', 'bold', shell.out)}\n${answer.lines.map((line) => `  ${clean(line)}\n`).join('')}`,
      )
  })
}

export function defineReport(command: Command): void {
  command
    .option('--format <html|json>', 'html unless told')
    .option('--days <n>', 'usage of so many days; 30 unless told')
    .option('--to <file>', 'into this file; standard output unless told')
  action(command, async (shell, { format = 'html', days, to }: { format?: string; days?: string; to?: string }) => {
    if (format !== 'html' && format !== 'json') throw usage(`--format takes html or json, not "${format}".`)
    if (days !== undefined && !/^\d{1,3}$/.test(days)) throw usage(`--days takes a number up to 365, not "${days}".`)
    const { client } = await connect(shell)
    const body = await client.diagnostics.report({ format, ...(days === undefined ? {} : { days: Number(days) }) })
    await writeTo(shell, body, to)
  })
}
