import { Failure } from '@wheelhouse/contract'

/** An API version of the engine, such as 1.41. */
export interface ApiVersion {
  readonly text: string
  atLeast(minor: number): boolean
}

const newest = 47
const oldest = 41

/** The highest version both sides speak. `engine` is ApiVersion of GET /version, `least` its MinAPIVersion. */
export function negotiate(engine: string, least?: string): ApiVersion {
  const minor = minorOf(engine)
  if (minor < oldest) {
    throw new Failure(
      'TARGET_UNREACHABLE',
      `The engine speaks ${engine}; Wheelhouse needs 1.${oldest}, that is Docker 20.10 or newer. Update the engine.`,
    )
  }
  if (least !== undefined && minorOf(least) > newest) {
    throw new Failure(
      'TARGET_UNREACHABLE',
      `The engine speaks ${least} and newer; Wheelhouse speaks up to 1.${newest}. Update Wheelhouse.`,
    )
  }
  const chosen = Math.min(minor, newest)
  return { text: `1.${chosen}`, atLeast: (wanted) => chosen >= wanted }
}

function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 1 ? Number.POSITIVE_INFINITY : minor
}
