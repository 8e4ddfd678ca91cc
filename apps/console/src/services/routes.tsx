import { serviceEnvironmentsRoute } from './service-environments-route';
import { servicesRoute } from './services-route';

export const servicesRoutes = [servicesRoute] as const;
/** Inside the page of one service. */
export const serviceRoutes = [serviceEnvironmentsRoute] as const;
