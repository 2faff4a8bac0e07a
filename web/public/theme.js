// Runs before the first paint, so that a chosen theme never flashes as the other one.
try {
  const look = JSON.parse(localStorage.getItem('wheelhouse.look') || '{}')
  if (look.theme === 'light' || look.theme === 'dark') document.documentElement.dataset.theme = look.theme
  if (look.density) document.documentElement.dataset.density = look.density
} catch {
  // Storage is off: the system's theme holds.
}
