// Runs before the first paint, so that a dark page never flashes white. The key is Mantine's own.
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem('binnacle-colour-scheme');
  } catch {
    // Without storage there is no choice to keep: the system's scheme holds.
  }
  const isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
// Before any schema is made: zod would try whether it may compile with `eval`, which the page's policy forbids and reports.
globalThis.__zod_globalConfig = { jitless: true };
