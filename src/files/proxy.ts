/** The environment's proxy for an address, or null to go straight there. Read at the edge and passed down. */
export function proxyFor(url: URL, environment: Readonly<Record<string, string | undefined>>): URL | null {
  const read = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()];
  if (isExempt(url.hostname, read("no_proxy") ?? "")) return null;
  const proxy = read(url.protocol === "https:" ? "https_proxy" : "http_proxy") ?? read("all_proxy");
  if (proxy === undefined) return null;
  return new URL(proxy.includes("://") ? proxy : `http://${proxy}`);
}

/** NO_PROXY: hosts or domains by commas; "*" for all; ".example.org" and "example.org" cover subdomains. */
function isExempt(host: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((item) => item !== "")
    .map((item) => item.replace(/^\*?\./, "").replace(/:\d+$/, ""))
    .some((item) => item === "*" || host === item || host.endsWith(`.${item}`));
}
