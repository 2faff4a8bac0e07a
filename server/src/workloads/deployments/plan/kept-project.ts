import { realpath } from 'node:fs/promises'
import type { Project, ProjectConfig, ProjectInput } from '../../stacks/index.ts'
import type { ReleaseContent } from '../../releases/index.ts'
import type { DeployRoom } from '../room.ts'

/** The values a release was made with: what has become of its config since must not keep it from coming back. */
function keptConfig(content: ReleaseContent): ProjectConfig {
  return {
    setId: '',
    setName: content.config?.set ?? '',
    version: content.config?.version ?? 0,
    values: content.values,
    secretKeys: new Set(content.secretKeys),
    problems: [],
  }
}

/** Which project a release was made of; without its folder where that is gone, because the release has folders of its own. */
export async function keptInput(content: ReleaseContent, environment: string): Promise<ProjectInput> {
  const { directory } = content
  const there = directory !== null && (await realpath(directory).catch(() => null)) !== null
  return {
    ...(there ? { directory } : {}),
    source: content.source,
    environment,
    ...(content.variables === undefined ? {} : { variables: content.variables }),
  }
}

/** The manifest of a release as it was when the release was made. */
export const keptProject = (
  room: Pick<DeployRoom, 'project'>,
  content: ReleaseContent,
  input: ProjectInput,
): Promise<Project> => room.project(input, keptConfig(content))
