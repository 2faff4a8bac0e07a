/** What is wrong with the name of a volume, a network or a container; null where it fits. */
export const nameMistake = (name: string): string | null =>
  /^[a-zA-Z0-9][\w.-]{0,62}$/.test(name)
    ? null
    : 'Use 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first.'
