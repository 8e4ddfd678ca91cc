import { PlaneUnreachable } from '@binnacle/client';
import { type AsyncRouteComponent, lazyRouteComponent } from '@tanstack/react-router';

/**
 * A page whose code is loaded when it is opened. What is missing after a deployment makes the router read everything
 * again; without a connection that would leave the browser's own page in its place, so that is said as what it is.
 */
export function lazyPage<Module>(
  load: () => Promise<Module>,
  name: keyof Module & string,
): AsyncRouteComponent<object> {
  // What the module exports is not looked at here: its pages are typed by the routes, which would go round in a circle.
  return lazyRouteComponent(async () => {
    try {
      return (await load()) as Record<string, () => null>;
    } catch (error) {
      if (navigator.onLine) throw error;
      throw new PlaneUnreachable('This page could not be loaded without a connection.', { cause: error });
    }
  }, name) as AsyncRouteComponent<object>;
}
