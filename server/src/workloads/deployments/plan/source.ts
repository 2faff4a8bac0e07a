import { Failure } from '@wheelhouse/contract'
import { type Caller, callerMay, requirePermission } from '../../../dispatch/index.ts'
import { allowanceOf } from '../../../inventory/policies/index.ts'
import { type Project, type ProjectConfig, type ProjectInput } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'

/**
 * Builds, templates, commands and checks run as the user of the control plane: they are for those who may run processes on its
 * machine.
 */
export function requireMachine(room: Pick<DeployRoom, 'targets'>, caller: Caller): void {
  if (callerMay(caller, 'targets.manage')) return
  const trusted = room.targets
    .list()
    .some((target) => target.kind === 'process' && allowanceOf(caller, target.id) === 'developer-with-processes')
  if (trusted) return
  throw new Failure(
    'POLICY_REFUSED',
    'Deploying a folder, or a manifest of Wheelhouse, runs builds, commands and checks on the machine of the control plane. This needs an administrator, or the role developer granted on its target of processes.',
  )
}

const noValues: ProjectConfig = {
  setId: '',
  setName: '',
  version: 0,
  values: {},
  secretKeys: new Set(),
  problems: [],
}

/** What a project without a folder asks for beyond its containers. Whoever runs a program with values of a set can read them. */
export function requireSource(
  room: Pick<DeployRoom, 'targets'>,
  project: Pick<Project, 'format' | 'configSource' | 'directory'>,
  caller: Caller,
): void {
  if (project.directory !== null || project.format === 'wheelhouse') requireMachine(room, caller)
  else if (project.configSource !== null) requirePermission(caller, 'configs.manage')
}

/** The project a caller asks for, once it is known that they may: nothing of a config is read before. Throws Failure. */
export async function askedProject(
  room: Pick<DeployRoom, 'targets' | 'project'>,
  asked: ProjectInput,
  caller: Caller,
): Promise<Project> {
  if (asked.directory !== undefined) requireMachine(room, caller)
  else requireSource(room, await room.project(asked, noValues), caller)
  return room.project(asked)
}
