import { type Role, roles } from '@wheelhouse/contract/identity/authority'

export { roles }
export type RoleName = Role

export const roleHints: Record<Role, string> = {
  admin: 'Everything, people and settings too.',
  developer: 'Runs services and stacks, no people, no targets.',
  viewer: 'Sees, changes nothing.',
}
