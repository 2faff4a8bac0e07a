const escape = String.fromCharCode(27)
const colours = new RegExp(`${escape}\\[[0-9;]*[A-Za-z]`, 'g')

/** A line as people read it: without the signs that tell a terminal its colours. */
export const withoutColours = (text: string): string => (text.includes(escape) ? text.replace(colours, '') : text)
