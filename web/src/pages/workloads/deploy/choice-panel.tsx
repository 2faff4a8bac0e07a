import { type Strategy, strategies } from '@wheelhouse/contract/workloads/deployment-states'
import { targets } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { CheckLine, SelectField, TextArea, TextField } from '../../../ui/control/field.tsx'
import { listed } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { type Described, type Order, tickedApps, toggleApp } from './order.ts'

interface Props {
  readonly order: Order
  readonly described: Described
  readonly onChange: (change: Partial<Order>) => void
}

const meaning: Record<Strategy, string> = {
  recreate: 'The old stops, then the new starts. There is a gap.',
  rolling: 'One after another; the others go on serving.',
  'blue-green': 'The new runs beside the old and takes over once it is healthy.',
  canary: 'A part of the traffic first, then all of it.',
}
const ownFlags = new Set(['backup', 'build', 'test'])

/** What to deploy, where to, and how. */
export function ChoicePanel({ order, described, onChange }: Props) {
  const targetRows = useRows(targets)
  const ticked = new Set(tickedApps(order, described))
  const environment = order.environment || described.environment || ''
  const chosen = described.environments.find((each) => each.name === environment)
  const further = described.stages.filter((stage) => stage.skippable && !ownFlags.has(stage.name))
  const flag = (name: keyof Order, label: string, hint: string) => (
    <CheckLine
      label={label}
      hint={hint}
      checked={order[name] === true}
      onChange={(event) => onChange({ [name]: event.target.checked })}
    />
  )
  return (
    <>
      <Panel title="What and where">
        <div className="flex flex-col gap-3">
          <SelectField
            label="Environment"
            hint={
              chosen
                ? `On ${listed(chosen.targets) || 'the target of the manifest'}.${chosen.approvals.length > 0 ? ` Waits for approval before ${listed(chosen.approvals)}.` : ''}`
                : undefined
            }
            value={environment}
            onChange={(event) => onChange({ environment: event.target.value })}
          >
            {described.environments.length === 0 && <option value="">as the file says</option>}
            {described.environments.map((each) => (
              <option key={each.name} value={each.name}>
                {each.name}
              </option>
            ))}
          </SelectField>
          {described.apps.length > 0 && (
            <fieldset className="flex flex-col gap-2 min-w-0">
              <legend className="pb-1.5 font-medium text-ink">Apps</legend>
              {described.apps.map((app) => (
                <CheckLine
                  key={app.name}
                  label={app.name}
                  hint={
                    <span className="break-words">
                      {app.builder}, <span className="mono">{app.path}</span>
                      {app.optional && ', only when it is chosen'}
                    </span>
                  }
                  checked={ticked.has(app.name)}
                  onChange={() => onChange({ apps: toggleApp(order, described, app.name) })}
                />
              ))}
            </fieldset>
          )}
        </div>
      </Panel>
      <Panel title="How">
        <div className="flex flex-col gap-3">
          <SelectField
            label="Strategy"
            hint={meaning[order.strategy || described.strategy]}
            value={order.strategy}
            onChange={(event) => onChange({ strategy: strategies.find((each) => each === event.target.value) ?? '' })}
          >
            <option value="">{described.strategy}, as the manifest says</option>
            {strategies
              .filter((each) => each !== described.strategy)
              .map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
          </SelectField>
          {flag(
            'rollbackOnError',
            'Undo everything when it fails',
            'Off: it stops where it failed and stays as it stands.',
          )}
          {flag(
            'rollbackDatabase',
            'Restore the database too when it is undone',
            'From the backup of this run. What was written meanwhile is lost.',
          )}
          {flag('parallel', 'Build side by side', 'Off: one app after another, for a machine with little memory.')}
          <details>
            <summary className="text-ink font-medium">Leave out, variables, reason</summary>
            <div className="flex flex-col gap-3 pt-3">
              {flag('skipBackup', 'Skip the backup', 'A rollback cannot bring data back then.')}
              {flag('skipBuild', 'Skip the build', 'Takes the artefacts of the release that serves.')}
              {flag('skipTests', 'Skip the tests', 'Nothing is tested before it is switched.')}
              {further.map((stage) => (
                <CheckLine
                  key={stage.name}
                  label={`Skip ${stage.title.toLowerCase()}`}
                  checked={order.skip.includes(stage.name)}
                  onChange={() =>
                    onChange({
                      skip: order.skip.includes(stage.name)
                        ? order.skip.filter((each) => each !== stage.name)
                        : [...order.skip, stage.name],
                    })
                  }
                />
              ))}
              {flag('force', 'Go on although checks warn', 'Checks that fail stop it in any case.')}
              <SelectField
                label="Target"
                hint="Instead of the one the manifest names."
                value={order.target}
                onChange={(event) => onChange({ target: event.target.value })}
              >
                <option value="">as the manifest says</option>
                {targetRows.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </SelectField>
              <TextArea
                label="Variables"
                className="mono"
                hint="NAME=value, one a line, for ${NAME} in the manifest. They win over the config."
                value={order.variables}
                spellCheck={false}
                onChange={(event) => onChange({ variables: event.target.value })}
              />
              <TextField
                label="Reason"
                hint="Stands in the history."
                value={order.reason}
                onChange={(event) => onChange({ reason: event.target.value })}
              />
            </div>
          </details>
        </div>
      </Panel>
    </>
  )
}
