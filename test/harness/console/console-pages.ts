import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../apps/console/src', import.meta.url));
const ROUTE = /createRoute\(\{\n([\s\S]*?)\n\}\)/g;
/** Where the routes of a parent begin; one that is not known here is an error. */
const PARENTS: Readonly<Record<string, string>> = {
  rootRoute: '',
  signedInRoute: '',
  serviceRoute: '/services/$service',
};

/** The paths of the router's pages, as they stand in the console's source: `/services/$service/schema`. */
export function pathsOfPages(): string[] {
  const paths = new Set<string>();
  for (const file of globSync('**/*route*.tsx', { cwd: SOURCE })) {
    for (const [, route = ''] of readFileSync(`${SOURCE}/${file}`, 'utf8').matchAll(ROUTE)) {
      const path = /^  path: '([^']*)'/m.exec(route)?.[1];
      // Without a path it is a frame, and without a component it leads elsewhere.
      if (path === undefined || !/^  component:/m.test(route)) continue;
      const parent = PARENTS[/getParentRoute: \(\) => (\w+)/.exec(route)?.[1] ?? ''];
      if (parent === undefined) throw new Error(`${file}: the parent of ${path} is not known`);
      paths.add(`${parent}${path}`.replace(/(?<=.)\/$/, ''));
    }
  }
  return [...paths].sort();
}

/** Whether an address is one of the page: `/services/orders/schema?x=1` of `/services/$service/schema`. */
export function isOfPage(address: string, page: string): boolean {
  const [parts, places] = [(address.split('?')[0] ?? '').split('/'), page.split('/')];
  return (
    parts.length === places.length &&
    places.every((place, index) => place.startsWith('$') || place === parts[index])
  );
}
