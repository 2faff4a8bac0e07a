import { bad, type Check, type Look, well } from './check.ts'

/** The manifest and the values of its config. */
export function configChecks({ room, project, files }: Look): Check[] {
  const errors = project.problems.filter((problem) => problem.severity === 'error')
  const checks: Check[] = [
    {
      id: 'manifest',
      group: 'config',
      title: project.file ?? 'Stack file',
      severity: 'error',
      look: () => {
        const [first] = errors
        if (!first) return Promise.resolve(well('no errors'))
        const where = first.line === null ? first.path : `line ${first.line}`
        const more = errors.length > 1 ? ` and ${errors.length - 1} more` : ''
        return Promise.resolve(
          bad(`${where}: ${first.message}${more}`, 'Mend the file: wh deploy --dry-run tells every line.'),
        )
      },
    },
  ]
  for (const [index, warning] of project.problems.filter((problem) => problem.severity === 'warning').entries()) {
    checks.push({
      id: `manifest-warning-${index + 1}`,
      group: 'config',
      title: warning.path === '' ? 'Stack file' : warning.path,
      severity: 'warning',
      look: () => Promise.resolve(bad(warning.message, 'Mend the file, or go on with --force.')),
    })
  }
  const { config } = project
  if (config === null) return checks
  checks.push({
    id: 'config',
    group: 'config',
    title: `Values of ${config.setName}`,
    severity: 'error',
    look: () => {
      const wrong = config.problems.filter((problem) => problem.severity === 'error')
      const count = Object.keys(config.values).length
      if (count === 0)
        return Promise.resolve(
          bad('there are no values at all', 'Fill the master file, or restore an older version: wh config history.'),
        )
      const [first] = wrong
      if (!first) return Promise.resolve(well(`${count} values, version ${config.version}`))
      return Promise.resolve(
        bad(
          `${first.key}: ${first.message}${wrong.length > 1 ? `, and ${wrong.length - 1} more` : ''}`,
          `wh config set ${first.key}=…`,
        ),
      )
    },
  })
  if ((project.manifest?.config?.templates ?? []).length > 0)
    checks.push({
      id: 'templates',
      group: 'config',
      title: 'Config templates',
      severity: 'error',
      look: async () => {
        const rendered = await room.configs.render(project, files)
        const changed = rendered.filter((file) => file.before !== file.text).length
        return well(`${rendered.length} files, ${changed} would change`)
      },
    })
  return checks
}
