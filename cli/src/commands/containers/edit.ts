import { type Client, Problem } from '@wheelhouse/client'
import type { ContainerDraft, Plan, Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { inEditor } from '../../delivery/editor.ts'
import { findContainer } from '../../engine/containers.ts'
import type { OnTarget } from '../../engine/names.ts'
import { Complaint, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { parseDuration } from '../../moment.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { ask, confirm } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'

interface Options extends OnTarget {
  healthyWithin?: string
  dryRun?: boolean
  yes?: boolean
}
interface Change {
  readonly draft: ContainerDraft
  readonly plan: Plan
}

/** What a person can mend in the editor; everything else ends it. */
const mendable = new Set(['VALIDATION_FAILED', 'POLICY_REFUSED', 'CONFLICT'])

function head(service: Service, lost: readonly string[]): string {
  return [
    `# ${service.name} on ${service.targetName}. A new container takes its place once you agree to the plan.`,
    '# A variable that is null keeps its value, so that no secret has to be shown.',
    ...lost.map((thing) => `# This cannot be said here, so it is lost: ${thing}`),
    '',
  ].join('\n')
}

/** Opens the editor until what stands there has a plan; null when nothing was changed. */
async function edited(
  shell: Shell,
  client: Client,
  service: Service,
  wait: { healthyWithinMs?: number },
): Promise<Change | null> {
  const { parse, stringify } = await import('yaml')
  const { id } = service
  const { draft: before, lost } = await client.containers.draft({ id })
  const text = `${head(service, lost)}${stringify(before, { lineWidth: 0 })}`
  return inEditor(`${service.name.replace(/[^\w.-]/g, '_')}.yaml`, text, async (edit) => {
    for (;;) {
      const now = await edit()
      try {
        const draft = parse(now) as ContainerDraft
        if (JSON.stringify(draft) === JSON.stringify(before)) return null
        return { draft, plan: await client.containers.replace.plan({ id, draft, ...wait }) }
      } catch (error) {
        const known = error instanceof Problem ? mendable.has(error.code) : (error as Error).name === 'YAMLParseError'
        if (!known) throw error
        shell.say(`  ${(error as Error).message}`, 'red')
      }
      const again = await ask(shell, 'Open it again? [Y/n] ')
      if (/^n/i.test(again.trim())) throw new Complaint('failed', 'NOT_DONE', 'Nothing was changed.')
    }
  })
}

async function edit(shell: Shell, options: Options, [noun = '', name = '']: readonly string[]): Promise<void> {
  if (!/^(containers?|services?|svc)$/.test(noun))
    throw usage(`wh edit changes containers, not "${noun}": wh edit container <name>.`)
  const withinMs = options.healthyWithin === undefined ? undefined : parseDuration(options.healthyWithin)
  if (withinMs === null)
    throw usage(`--healthy-within takes a duration such as 60s or 5m, not "${options.healthyWithin}".`)
  const wait = withinMs === undefined ? {} : { healthyWithinMs: withinMs }
  const { client } = await connect(shell)
  const service = await findContainer(client, name, options)
  const change = await edited(shell, client, service, wait)
  if (change === null) return shell.say('Nothing was changed.', 'dim')
  const { draft, plan } = change
  if (options.dryRun) {
    if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
    return
  }
  shell.say(planText(plan, shell.talk))
  await confirm(shell, `Replace ${service.name}?`, options.yes)
  const job = await client.containers.replace({ id: service.id, draft, ...wait })
  await followJob(shell, client, job, `${draft.name} is changed.`)
}

export function define(command: Command): void {
  command
    .argument('<noun>', 'container')
    .argument('<name>', 'name or id')
    .option('--target <name>', 'the target it is on')
    .option('--healthy-within <duration>', 'the old one comes back unless the new is healthy by then; 60s unless told')
    .option('--dry-run', 'show the plan of the change, do not make it')
    .option('-y, --yes', 'do not ask')
  action(command, edit)
}
