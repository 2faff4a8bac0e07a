import { client } from '../../../../api/client.ts'

export type ObjectKind = 'secret' | 'config'

/** The operations of the one kind or the other: they are alike. */
export const operationsOf = (kind: ObjectKind) => (kind === 'secret' ? client.swarmSecrets : client.swarmConfigs)
