import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { action } from '../globals.ts'
import type { Filters } from '../nouns/noun.ts'
import { findNoun, queryOf } from '../nouns/nouns.ts'
import { structured } from '../presentation/output.ts'
import type { Shell } from '../shell.ts'
import { watch } from '../live/watch.ts'
import { addFilters, printRows } from './get.ts'

async function events(shell: Shell, options: Filters & { watch?: boolean }): Promise<void> {
  const { watch: watching, ...filters } = options
  const noun = findNoun('events')
  const query = queryOf(noun, filters)
  const connection = await connect(shell)
  const page = await noun.list(connection.client, { limit: 50, ...query })
  if (watching) return watch(shell, connection, noun, query, page.items)
  if (await structured(shell, page)) return
  return printRows(shell, noun, page.items, Object.keys(query).length > 0)
}

export function define(command: Command): void {
  addFilters(command).option('-w, --watch', 'go on and print what happens')
  const fitting = new Set(['query', 'type', 'target', 'service', 'stack', 'severity', 'since', 'limit', 'watch'])
  for (const option of command.options) if (!fitting.has(option.attributeName())) option.hideHelp()
  action(command, events)
}
