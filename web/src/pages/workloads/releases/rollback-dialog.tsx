import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { answered } from '../../../api/deployments.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { CheckLine, SelectField, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EnvironmentTag, formOf } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { choicesOf, likelyChoice, migratedSince, replacedBy, servingOf } from './rollback.ts'
import { useReleases } from './use-releases.ts'
import { sourceWords } from './words.ts'

interface Props {
  readonly stack: string
  readonly environment: string
  /** Number of the release to begin with; the one before the serving one unless told. */
  readonly release?: number
  readonly onClose: () => void
}

/** The plan first: what comes back, what it replaces, and what the data makes of it. */
export function RollbackDialog({ stack, environment, release, onClose }: Props) {
  const go = useGo()
  const asked = useReleases(stack, environment)
  const all = asked.data ?? []
  const [picked, setPicked] = useState(release ?? 0)
  const [database, setDatabase] = useState(false)
  const [reason, setReason] = useState('')
  const choices = choicesOf(all)
  const chosen = choices.find((each) => each.number === picked) ?? likelyChoice(all)
  const serving = servingOf(all)
  const migrated = chosen ? migratedSince(all, chosen) : []
  const dump = chosen && replacedBy(all, chosen)
  const input = {
    stack,
    ...(environment ? { environment } : {}),
    ...(chosen ? { release: chosen.number } : {}),
    ...(database && dump ? { database: true } : {}),
  }
  const plan = useQuery({
    queryKey: keys.plan('deployments.rollback', input),
    queryFn: () => client.deployments.rollback.plan(input),
    enabled: chosen !== undefined,
    staleTime: 0,
  })
  const rollback = useMutation({
    mutationFn: () =>
      answered(null, () =>
        client.deployments.rollback({ ...input, ...(reason.trim() ? { reason: reason.trim() } : {}) }),
      ),
    onSuccess: (row) => {
      onClose()
      go(paths.deployment(row.id))
    },
  })
  const trouble = rollback.error ?? plan.error ?? asked.error
  const loses = database && dump !== undefined
  const production = formOf(environment) === 'production'
  const name = chosen ? `r${chosen.number}` : 'a release'
  return (
    <DestroyDialog
      title={`Roll ${stack} on ${environment} back to ${name}?`}
      typeName={loses || production ? stack : undefined}
      keep={serving ? `Keep r${serving.number}` : 'Keep it as it is'}
      act={`Roll back to ${name}`}
      ready={plan.data !== undefined}
      busy={rollback.isPending}
      onAct={() => rollback.mutate()}
      onClose={onClose}
    >
      <p>
        <EnvironmentTag name={environment} />
      </p>
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void (asked.error ? asked : plan).refetch()} />}
      {asked.data && !chosen && (
        <p className="note warn">
          <Glyph state="degraded" />
          <span>
            No earlier release of {stack} is kept on {environment}, so there is nothing to go back to.
          </span>
        </p>
      )}
      {chosen && (
        <SelectField
          label="Release"
          hint={`${sourceWords(chosen)}${chosen.source.message ? `: ${chosen.source.message}` : ''}`}
          value={chosen.number}
          onChange={(event) => setPicked(Number(event.target.value))}
        >
          {choices.map((each) => (
            <option key={each.id} value={each.number}>
              r{each.number}, {moment(each.createdAt)}
              {each.pinned ? ', pinned' : ''}
            </option>
          ))}
        </SelectField>
      )}
      {migrated.length > 0 && (
        <p className="note warn">
          <Glyph state="degraded" />
          <span>
            {migrated.map((each) => `r${each.number}`).join(', ')} migrated the database after {name}. {name} was not
            made for that data: check that it can read it, or restore the dump.
          </span>
        </p>
      )}
      {dump && (
        <CheckLine
          label={`Restore the database as it was before r${dump.number}`}
          hint={`From backup ${dump.backupId}, of ${moment(dump.createdAt)}. Everything written since then is lost.`}
          checked={database}
          onChange={(event) => setDatabase(event.target.checked)}
        />
      )}
      {chosen && plan.isPending && <p className="text-ink-3">Working out what would change…</p>}
      {plan.data && <PlanView plan={plan.data} />}
      {chosen && (
        <TextField
          label="Reason"
          aside="optional"
          hint="Stands in the history."
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
    </DestroyDialog>
  )
}
