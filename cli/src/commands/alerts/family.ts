import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')
const rule = () => import('./rules.ts')

export const alerts: Family = {
  domain: 'alerts',
  name: 'alert',
  summary: 'What needs you: list (-w), take it, put it off',
  group: 'Look:',
  bare: async () => ({ define: (await import('./list.ts')).defineAlerts }),
  verbs: [
    { name: 'show', summary: 'One alert with what was known and what may mend it', load: part(verb, 'defineShow') },
    { name: 'ack', summary: 'Say that you are at it', load: part(verb, 'defineAck') },
    { name: 'snooze', summary: 'Tell nothing of it for a while', load: part(verb, 'defineSnooze') },
    { name: 'reopen', summary: 'Take back that it was acknowledged or snoozed', load: part(verb, 'defineReopen') },
  ],
}

export const alertRules: Family = {
  domain: 'alertRules',
  name: 'alert-rule',
  summary: 'What is watched for',
  group: 'Look:',
  verbs: [
    { name: 'apply', summary: 'Make or change a rule from a file', load: part(rule, 'defineApply') },
    { name: 'preview', summary: 'What a rule would have told in the past', load: part(rule, 'definePreview') },
  ],
}

export const silences: Family = {
  domain: 'silences',
  name: 'silence',
  summary: 'What nobody is told of, and maintenance windows',
  group: 'Look:',
  verbs: [],
}
