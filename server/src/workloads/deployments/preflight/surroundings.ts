import { readInside } from '../../stacks/index.ts'
import { bad, type Check, type Look, well } from './check.ts'

const soonDays = 14

/** Targets that answer, a free lock, a place for backups that can be written, certificates that last. */
export function surroundingChecks({ room, project, targets, skipBackup }: Look): Check[] {
  const checks: Check[] = targets.map((target) => ({
    id: `target:${target.name}`,
    group: 'targets',
    title: `Target ${target.name}`,
    severity: 'error',
    look: () =>
      Promise.resolve(
        target.state === 'connected'
          ? well('answers')
          : bad('does not answer', `Its page says why: wh describe target ${target.name}.`),
      ),
  }))
  checks.push({
    id: 'lock',
    group: 'lock',
    title: 'Lock',
    severity: 'warning',
    look: async () => {
      const active = (await room.store.active()).find(
        ({ deployment }) => deployment.stack === project.name && deployment.environment === project.environment,
      )
      if (!active) return well('free')
      const { number, requestedBy } = active.deployment
      return bad(`held by run ${number} of ${requestedBy}`, 'Another run waits until that one has ended.')
    },
  })
  if (
    !skipBackup &&
    project.directory !== null &&
    (project.manifest?.backup !== undefined || project.configSource !== null)
  )
    checks.push({
      id: 'backup',
      group: 'backup',
      title: 'Place for backups',
      severity: 'error',
      look: async () => {
        const found = await room.backups.writable({
          project,
          database: true,
          files: false,
          description: '',
          by: '',
          deploymentId: null,
          version: null,
        })
        return found.ok ? well(found.message) : bad(found.message, 'Make it writable, or name another with backup.to.')
      },
    })
  for (const name of project.manifest?.certificates ?? [])
    checks.push({
      id: `certificate:${name}`,
      group: 'certificates',
      title: `Certificate ${name}`,
      severity: 'error',
      look: async () => {
        const isFile = project.directory !== null && (await readInside(project.directory, name)) !== null
        const facts = await room.certificates.find(isFile ? `${project.directory}/${name}` : name)
        if (facts === null) return bad('is not there', `Make it with wh cert generate, or correct its name.`)
        if (facts.daysLeft < 0) return bad(`ended ${-facts.daysLeft} days ago`, 'Renew it: wh cert generate.')
        if (facts.daysLeft < soonDays) return bad(`ends in ${facts.daysLeft} days`, 'Renew it now: wh cert generate.')
        return well(`${facts.daysLeft} days left`)
      },
    })
  return checks
}
