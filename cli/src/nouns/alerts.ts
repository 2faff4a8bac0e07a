import type { Alert, AlertRule, Silence } from '@wheelhouse/contract'
import { alertColumns, ruleColumns, silenceColumns } from '../presentation/alerts.ts'
import { nothingCalled } from '../resolve.ts'
import type { Noun } from './noun.ts'

const noun = <T>(n: Noun<T>): Noun<unknown> => n

export const alertNouns: readonly Noun<unknown>[] = [
  noun<Alert>({
    name: 'alerts',
    aliases: ['alert'],
    filters: ['query', 'state', 'severity', 'service', 'target', 'stack', 'since', 'limit'],
    columns: alertColumns,
    empty: 'Nothing needs you.',
    list: (client, query) => client.alerts.list(query),
    one: (client, id) => client.alerts.get({ id: id.replace(/^#/, '') }),
    key: (alert) => String(alert.number),
    id: (alert) => String(alert.number),
  }),
  noun<AlertRule>({
    name: 'alert-rules',
    aliases: ['alert-rule', 'rules'],
    filters: ['query', 'limit'],
    columns: ruleColumns,
    empty: 'Nothing is watched for. wh alert-rule apply -f rule.yaml makes a rule.',
    list: (client, query) => client.alertRules.list(query),
    one: (client, id) => client.alertRules.get({ id }),
    key: (rule) => rule.name,
    id: (rule) => rule.id,
  }),
  noun<Silence>({
    name: 'silences',
    aliases: ['silence'],
    filters: ['query', 'limit'],
    columns: silenceColumns,
    empty: 'Nothing is silenced. wh silence create does it.',
    list: (client, query) => client.silences.list(query),
    one: async (client, id) => {
      const { items } = await client.silences.list({ limit: 1000 })
      const found = items.find((silence) => silence.id === id)
      if (found) return found
      throw nothingCalled(
        'silence',
        id,
        items.map((silence) => silence.id),
      )
    },
    key: (silence) => silence.id,
    id: (silence) => silence.id,
  }),
]
