const prefix = 'wheelhouse.terminal '

/** The terminal that this browser tab has open in a place: found again after another page, or after a reload. */
export const remembered = (place: string): string | null => sessionStorage.getItem(prefix + place)
export const remember = (place: string, id: string): void => sessionStorage.setItem(prefix + place, id)
export const forget = (place: string): void => sessionStorage.removeItem(prefix + place)
