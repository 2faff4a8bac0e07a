import type { Me } from '@wheelhouse/contract'

export type Preferences = Me['preferences']
const key = 'wheelhouse.look'

/** Puts theme and density in force and remembers them for the first paint of the next visit. */
export function wear(preferences: Pick<Preferences, 'theme' | 'density'>): void {
  const root = document.documentElement
  if (preferences.theme === 'system') delete root.dataset.theme
  else root.dataset.theme = preferences.theme
  root.dataset.density = preferences.density
  localStorage.setItem(key, JSON.stringify({ theme: preferences.theme, density: preferences.density }))
}
