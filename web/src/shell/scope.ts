import { paths } from '../paths.ts'

/** Pages that show one target or all, by `target` in their address. */
const scoped: ReadonlySet<string> = new Set([
  paths.overview(),
  paths.services(),
  paths.stacks(),
  paths.images(),
  paths.volumes(),
  paths.networks(),
  paths.logs(),
  paths.metrics(),
  paths.health(),
  paths.timeline(),
])

export const isScoped = (pathname: string): boolean => scoped.has(pathname)

/** Where a link to a page leads while a target is chosen: what was chosen stays chosen, where the page knows of it. */
export const inScopeOf = (href: string, target: string): string =>
  target !== '' && isScoped(href) ? `${href}?target=${encodeURIComponent(target)}` : href
