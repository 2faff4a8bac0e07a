import { createRouter } from '@tanstack/react-router'
import { faces, facesBeside } from './faces.tsx'
import { identity, identityBeside } from './identity.tsx'
import { inventory } from './inventory.tsx'
import { observation } from './observation.tsx'
import { workloads } from './workloads.tsx'
import { frame, root } from './frame.tsx'

const tree = root.addChildren([
  ...facesBeside,
  ...identityBeside,
  frame.addChildren([...faces, ...identity, ...inventory, ...observation, ...workloads]),
])

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const router = createRouter({
  routeTree: tree,
  scrollRestoration: false,
  // Search parameters are plain text, so that a link reads as it was written.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).map(([key, value]) => [key, asText(value)])).toString()
    return text === '' ? '' : `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
