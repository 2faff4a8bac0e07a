import { type encryption, type EncryptionState, Failure, type Plan } from '@wheelhouse/contract'
import type { JobRecord, Jobs } from '@wheelhouse/platform/jobs'
import { type Caller, type Handlers, requirePermission, shownJob } from '../../dispatch/index.ts'
import type { ResealRoom } from './reseal.ts'

export const resealKind = 'encryption.reseal'

export interface EncryptionRoom extends ResealRoom {
  readonly jobs: Jobs
  /** Ids of backups that may be sealed under a key that was in use before that time, epoch ms. */
  sealedBackups(before: number): Promise<readonly string[]>
}

export async function stateOf({ store, secrets, columns }: ResealRoom): Promise<EncryptionState> {
  const { keyId, keyIds, since } = secrets
  const { all, older } = await store.counts(columns, keyId)
  return {
    keyId,
    olderKeyIds: keyIds.filter((id) => id !== keyId),
    source: since === null ? 'variable' : 'file',
    changedAt: since === null ? null : new Date(since).toISOString(),
    values: all,
    olderValues: older,
  }
}

export const enqueueReseal = ({ jobs }: Pick<EncryptionRoom, 'jobs'>, requestedBy: string): Promise<JobRecord> =>
  jobs.enqueue(
    resealKind,
    {},
    { title: 'Seal stored secrets under the newest key', requestedBy, attempts: 3, key: resealKind },
  )

const sealedValues = (count: number): string => `${count} sealed ${count === 1 ? 'value' : 'values'}`

/** A key that was given by a variable is changed there. */
function requireFile({ source, olderValues }: EncryptionState): void {
  if (source === 'file') return
  throw new Failure(
    'STATE_CONFLICT',
    olderValues > 0
      ? 'The master key is given by a variable. What is under an older key is sealed anew at each start.'
      : 'The master key is given by a variable. Put a new key before the old one there, separated by a comma, and start again: then everything is sealed anew.',
  )
}

async function requireRetirable(room: EncryptionRoom, state: EncryptionState): Promise<void> {
  if (state.source === 'variable')
    throw new Failure(
      'STATE_CONFLICT',
      state.olderValues > 0
        ? `${sealedValues(state.olderValues)} still need an older key. Wait until they are sealed anew.`
        : 'The master key is given by a variable. Take the older key out there, once no backup is kept that was made under it.',
    )
  if (state.olderKeyIds.length === 0) throw new Failure('STATE_CONFLICT', 'There is one master key, and no older one.')
  const left = await room.store.anywhere(state.keyId)
  if (left.length > 0)
    throw new Failure(
      'STATE_CONFLICT',
      `Values in ${left.join(', ')} are still sealed under an older key. wh encryption rotate goes on with them.`,
      { left },
    )
  const backups = await room.sealedBackups(room.secrets.since ?? 0)
  if (backups.length > 0)
    throw new Failure(
      'STATE_CONFLICT',
      `${backups.length} encrypted ${backups.length === 1 ? 'backup was' : 'backups were'} made under an older key, or ${
        backups.length === 1 ? 'is' : 'are'
      } being restored: ${backups.slice(0, 5).join(', ')}${backups.length > 5 ? ', …' : ''}. Without that key nobody can open them. Remove them first, or keep the key.`,
      { backups: [...backups] },
    )
}

export function encryptionHandlers(room: EncryptionRoom): Handlers<typeof encryption> {
  const { secrets } = room
  const managed = async (caller: Caller): Promise<EncryptionState> => {
    requirePermission(caller, 'settings.manage')
    return stateOf(room)
  }
  const planOf = (plan: Pick<Plan, 'summary' | 'steps' | 'warnings' | 'kept'>, state: EncryptionState): Plan => ({
    ...plan,
    counts: Object.fromEntries(plan.steps.map(({ verb }) => [verb, 1])),
    digest: `${state.keyId}:${state.olderKeyIds.join(',')}`,
  })
  return {
    get: async (_input, { caller }) => {
      requirePermission(caller, 'settings.read')
      return stateOf(room)
    },
    rotate: {
      plan: async (_input, { caller }) => {
        const state = await managed(caller)
        requireFile(state)
        const begun = state.olderValues > 0
        const count = begun ? state.olderValues : state.values
        const backups = await room.sealedBackups(Date.now())
        return planOf(
          {
            summary: begun
              ? `Go on with the rotation that has begun: ${sealedValues(count)} are under an older key.`
              : `Make a new master key, and seal ${sealedValues(count)} anew under it.`,
            steps: [
              ...(begun ? [] : [{ verb: 'create' as const, kind: 'secret' as const, name: 'master key', reasons: [] }]),
              { verb: 'replace', kind: 'secret', name: sealedValues(count), reasons: ['under the newest key'] },
            ],
            warnings: [
              ...(begun
                ? []
                : [
                    'Keep a copy of the key file elsewhere, again: the old copy does not open what is sealed from now on.',
                  ]),
              ...(backups.length > 0
                ? [
                    `${backups.length} encrypted backups stay as they are. They need the older key for as long as they are kept.`,
                  ]
                : []),
            ],
            kept: ['the older key, to open with, until wh encryption retire drops it'],
          },
          state,
        )
      },
      run: async (_input, { caller, audit }) => {
        const before = await managed(caller)
        requireFile(before)
        if (before.olderValues === 0) secrets.rotate()
        audit({ resource: 'encryption', before: { keyId: before.keyId }, after: { keyId: secrets.keyId } })
        return shownJob(await enqueueReseal(room, caller.username))
      },
    },
    retire: {
      plan: async (_input, { caller }) => {
        const state = await managed(caller)
        await requireRetirable(room, state)
        const count = state.olderKeyIds.length
        return planOf(
          {
            summary: `Drop ${count} older master ${count === 1 ? 'key' : 'keys'}. Nothing here is sealed under ${count === 1 ? 'it' : 'them'}.`,
            steps: state.olderKeyIds.map((id) => ({
              verb: 'remove',
              kind: 'secret',
              name: `master key ${id}`,
              reasons: [],
            })),
            warnings: ['Copies of the database that were made before the rotation cannot be opened any more.'],
            kept: [`master key ${state.keyId}`],
          },
          state,
        )
      },
      run: async (_input, { caller, audit }) => {
        const before = await managed(caller)
        await requireRetirable(room, before)
        secrets.retire()
        audit({ resource: 'encryption', before: { olderKeyIds: before.olderKeyIds }, after: { olderKeyIds: [] } })
        return stateOf(room)
      },
    },
  }
}
