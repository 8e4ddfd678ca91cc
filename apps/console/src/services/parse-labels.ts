export type ParsedLabels = { readonly labels: Record<string, string> } | { readonly problem: string };

/** Labels that were typed as `key=value`, one by one. */
export function parseLabels(pairs: readonly string[]): ParsedLabels {
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) return { problem: `"${pair}" should be key=value` };
    const key = pair.slice(0, at).trim();
    if (Object.hasOwn(labels, key)) return { problem: `"${key}" is there twice` };
    labels[key] = pair.slice(at + 1).trim();
  }
  return { labels };
}

/** What `parseLabels` reads. */
export function formatLabels(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}
