/** Levels are numbers from 1 (trace) to 6 (fatal); 0 is a line that tells none. 7 is free. */
export const lineLevels = 8

/** The byte that says what a line is: bits 0–2 its level, 3–4 its source, 5 that it goes on with the line before. */
export const markOf = (level: number, source: number, goesOn: boolean): number =>
  level | (source << 3) | (goesOn ? 32 : 0)

export const levelOf = (mark: number): number => mark & 7
export const sourceOf = (mark: number): number => (mark >> 3) & 3
export const goesOn = (mark: number): boolean => (mark & 32) !== 0
