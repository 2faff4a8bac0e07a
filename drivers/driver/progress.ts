/** Progress of a slow step: a sentence, and the part done where it is known. */
export type Progress = (message: string, fraction?: number) => void
