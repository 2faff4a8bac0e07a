import type { deployments, OutputOf } from '@wheelhouse/contract'
import type { Project } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { stageNames } from './stage-names.ts'

type Described = OutputOf<(typeof deployments)['describe']>

/** What a manifest holds, for a wizard and for the command line. */
export function describeProject(room: Pick<DeployRoom, 'builders'>, project: Project): Described {
  const { manifest } = project
  const rendered = project.render({ folders: {}, images: {}, serve: {} })
  const workloads = [...(rendered.processes?.workloads ?? []), ...(rendered.containers?.workloads ?? [])]
  const services = new Map(
    workloads.map(({ spec, deploy }) => [spec.service, { kind: spec.kind, expose: deploy?.expose?.port ?? null }]),
  )
  const targetsOf = (named: string | readonly string[] | undefined): string[] =>
    named === undefined ? [] : typeof named === 'string' ? [named] : [...named]
  return {
    name: project.name,
    directory: project.directory,
    source: project.source,
    environments: (project.environments.length > 0 ? project.environments : [project.environment]).map((name) => {
      const entry = manifest?.environments?.[name]
      return {
        name,
        targets: targetsOf(entry?.target ?? manifest?.target),
        approvals: (entry?.approvals ?? []).map((approval) => approval.stage),
      }
    }),
    environment: project.environment,
    strategy: project.strategy,
    apps: Object.entries(manifest?.apps ?? {}).map(([name, app]) => ({
      name,
      builder: app.builder,
      path: app.path ?? `apps/${name}`,
      optional: app.optional ?? false,
    })),
    services: [...services].map(([name, { kind, expose }]) => ({ name, kind, expose })),
    stages: stageNames(project),
    problems: [
      ...project.problems,
      ...Object.entries(manifest?.apps ?? {})
        .filter(([, app]) => !room.builders.has(app.builder))
        .map(([name, app]) => ({
          line: null,
          column: null,
          path: `apps.${name}.builder`,
          message: `There is no builder "${app.builder}". Use ${[...room.builders.keys()].join(', ')}.`,
          severity: 'error' as const,
        })),
    ],
  }
}
