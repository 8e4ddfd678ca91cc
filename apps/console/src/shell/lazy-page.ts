import { PlaneUnreachable } from '@binnacle/client';
import { type AsyncRouteComponent, lazyRouteComponent } from '@tanstack/react-router';

/**
 * A page whose code is loaded when it is opened. What is missing after a deployment makes the router read everything
 * again; without a connection that would leave the browser's own page in its place, so that is said as what it is.
 */
export function lazyPage<Name extends string, Page extends (props: never) => unknown>(
  load: () => Promise<Readonly<Record<Name, Page>>>,
  name: Name,
): AsyncRouteComponent<object> {
  return lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      if (navigator.onLine) throw error;
      throw new PlaneUnreachable('This page could not be loaded without a connection.', { cause: error });
    }
  }, name) as unknown as AsyncRouteComponent<object>;
}
