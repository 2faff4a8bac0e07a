/** Path of a container; ids and names come from outside and may hold anything. */
export const containerPath = (id: string): string => `/containers/${encodeURIComponent(id)}`
