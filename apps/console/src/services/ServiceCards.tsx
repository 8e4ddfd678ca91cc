import { Link } from '@tanstack/react-router';
import { EnvironmentCell } from './EnvironmentCell';
import classes from './ServiceCards.module.css';
import { ServiceMark } from './ServiceMark';
import type { ServicesListProps } from './ServicesTable';

/** The list for narrow screens: what a row says, one under the other. */
export function ServiceCards({ services, environments }: ServicesListProps) {
  return (
    <ul className={classes['list']} aria-label="Services">
      {services.map((service) => (
        <li key={service.name} className={classes['card']}>
          <div>
            <Link
              to="/services/$service"
              params={{ service: service.name }}
              className={classes['link']}
              data-row-link
            >
              {service.displayName ?? service.name}
            </Link>
            <ServiceMark service={service} />
          </div>
          {service.owner !== null && <div className={classes['owner']}>{service.owner}</div>}
          {service.kind !== 'shared' && (
            <dl className={classes['environments']}>
              {environments.map((environment) => (
                <div key={environment}>
                  <dt>{environment}</dt>
                  <dd>
                    <EnvironmentCell service={service} environment={environment} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}
