import { paths } from '../paths.ts'

/** Where someone belongs who is on `pathname` in this state; null: stay. */
export function placeFor(state: string, pathname: string, here: string, back: string | null): string | null {
  const outside = pathname === paths.login() || pathname === paths.setup()
  if (state === 'signed-in') return outside ? safeReturn(back) : null
  if (state === 'setup') return pathname === paths.setup() ? null : paths.setup()
  if (state === 'signed-out' || state === 'ended') {
    if (pathname === paths.login()) return null
    return outside || here === '/' ? paths.login() : `${paths.login()}?return=${encodeURIComponent(here)}`
  }
  return null
}

/** Only addresses of this app: a link must not send anyone elsewhere after sign-in. */
export const safeReturn = (back: string | null): string =>
  back && /^\/(?![/\\])/.test(back) && !back.startsWith(paths.login()) ? back : paths.overview()
