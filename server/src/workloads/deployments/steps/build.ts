import { Failure } from '@wheelhouse/contract'
import { buildApp, type BuiltApp, dropImage } from '../build/build-app.ts'
import type { StepKind } from '../saga/step-kinds.ts'

export interface BuildArgs extends Record<string, unknown> {
  readonly app: string
}

/** Builds one app; what it leaves is kept by its content and freed with the releases that use it. */
export const appBuild: StepKind<BuildArgs, BuiltApp> = {
  async do({ app }, context) {
    const project = await context.project()
    const entry = project.manifest?.apps?.[app]
    if (!entry) throw new Failure('STACK_INVALID', `There is no app "${app}" in the manifest.`)
    const variables = await context.variables(null)
    return buildApp({
      room: context.room,
      deploymentId: context.deploymentId,
      project,
      name: app,
      entry,
      variables,
      signal: context.signal,
      log: (stream, text) => context.log(text, app, stream),
      state: (message) => context.task(app, message),
    })
  },
  async undo({ app }, result, context) {
    if (result?.kind !== 'image') return null
    return (await dropImage(context.room, await context.project(), result)) ? `The image of ${app} was removed.` : null
  },
}
