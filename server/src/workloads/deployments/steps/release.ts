import type { StepKind } from '../saga/step-kinds.ts'

export interface ReleaseArgs extends Record<string, unknown> {
  readonly releaseId: string
  readonly number: number
}

/** Writes the release down, whole and sealed. Undone it stays in the list as one that did not pass. */
export const releaseAdd: StepKind<ReleaseArgs, null> = {
  async do(_args, context) {
    const { release, content } = await context.newRelease()
    await context.room.releases.store.add(release, content)
    return null
  },
  async undo({ releaseId }, _result, { room }) {
    await room.releases.store.reject(releaseId)
    return null
  },
}
