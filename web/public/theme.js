// Runs before the first paint, so that a chosen theme never flashes. A file of its own, because the
// page's content policy allows no inline script. src/lib/theme.ts keeps it up to date later.
;(function () {
  var chosen = null
  try {
    chosen = localStorage.getItem('printfarm.theme')
  } catch {
    // Storage may be forbidden; the system's theme is then the one.
  }
  var dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.classList.toggle('dark', dark)
})()
