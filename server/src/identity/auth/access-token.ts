import { Failure } from '@wheelhouse/contract'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { SigningKeys } from './signing-keys.ts'

const issuer = 'wheelhouse'
const audience = 'wheelhouse-api'
const type = 'at+jwt'

export interface AccessClaims {
  readonly userId: string
  readonly sessionId: string
}
export interface AccessTokens {
  issue(claims: AccessClaims): Promise<string>
  /** Throws UNAUTHENTICATED for one that is forged, not ours or expired. Whether the session lives is not known from it. */
  verify(token: string): Promise<AccessClaims>
}

/** RFC 9068 in small: says who and which session, never what he may do, so that a change of role needs no new token. */
export function accessTokens(keys: SigningKeys, ttlMs: number, clock: () => number): AccessTokens {
  return {
    async issue({ userId, sessionId }) {
      const { id, key } = await keys.current()
      const seconds = Math.floor(clock() / 1000)
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: type, kid: id })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + Math.ceil(ttlMs / 1000))
        .sign(key)
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = typeof kid === 'string' ? await keys.byId(kid) : null
            if (!key) throw new errors.JWSSignatureVerificationFailed()
            return key
          },
          // The algorithm is ours to say, never the token's.
          {
            algorithms: ['HS256'],
            typ: type,
            issuer,
            audience,
            currentDate: new Date(clock()),
            clockTolerance: 5,
            requiredClaims: ['exp'],
          },
        )
        const { sub, sid } = payload
        if (typeof sub !== 'string' || typeof sid !== 'string') throw new errors.JWTInvalid()
        return { userId: sub, sessionId: sid }
      } catch (error) {
        if (error instanceof errors.JWTExpired) {
          throw new Failure('UNAUTHENTICATED', 'The access token has expired. Refresh it, or sign in again.')
        }
        if (error instanceof errors.JOSEError) {
          throw new Failure('UNAUTHENTICATED', 'The access token is not one of this server. Sign in again.')
        }
        throw error
      }
    },
  }
}
