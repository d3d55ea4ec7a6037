import { AUTHORITY } from '../variants.ts';
import { entrances, groupOf, holds, named, only, pick, same, sameSet, taskOf } from './looking.ts';
import type { Row } from './row.ts';

/** Rows about where the services run and how they find each other. */
export const PAYMENTS_MESH: readonly Row[] = [
  {
    id: 'payments/cluster',
    requirement: 'Fargate and Fargate Spot, Container Insights, private DNS namespace `{env}.local`.',
    expectations: [
      {
        name: 'Fargate and Fargate Spot, Container Insights on',
        check: ({ clusters }) => {
          const { capacityProviders, containerInsights } = only(clusters, 'cluster');
          sameSet(capacityProviders, ['FARGATE', 'FARGATE_SPOT'], 'capacity providers');
          holds(containerInsights !== 'disabled', 'Container Insights is off');
        },
      },
      {
        name: 'private DNS namespace dev.local in the VPC',
        check: ({ namespaces, vpcs }) => {
          same(
            namespaces,
            [{ name: 'dev.local', kind: 'private-dns', vpc: only(vpcs, 'VPC').name }],
            'namespaces',
          );
        },
      },
      {
        name: 'private DNS namespace pr42.local in environment pr42',
        variant: 'pr42',
        check: ({ namespaces }) => same(only(namespaces, 'namespace').name, 'pr42.local', 'namespace'),
      },
    ],
  },
  {
    id: 'payments/service-mesh',
    requirement:
      'Services find and call each other by name with retries, timeouts, outlier ejection and per-service request metrics, encrypted where a certificate authority is given, by ECS Service Connect. Locally the same names resolve and calls are balanced over the tasks.',
    expectations: [
      {
        name: 'payment and notification are found by name in the namespace, with a timeout',
        check: (model) => {
          for (const key of ['payment', 'notification']) {
            const { connect, taskFamily } = named(model.services, `${key}-service-dev`);
            same(connect?.namespace, 'dev.local', `namespace of ${key}`);
            const server = only(connect?.services ?? [], `name of ${key}`);
            same(
              pick(server, 'discoveryName', 'aliases', 'perRequestTimeoutSeconds'),
              {
                discoveryName: key,
                aliases: [{ dnsName: `${key}.dev.local`, port: 8080 }],
                perRequestTimeoutSeconds: 15,
              },
              `how ${key} is found`,
            );
            const ports = model.taskDefinitions
              .filter(({ family }) => family === taskFamily)
              .flatMap(({ containers }) => containers.flatMap((container) => container.ports));
            const port = ports.find(({ name }) => name === server.portName);
            same(
              [port?.port, port?.appProtocol],
              [8080, 'http'],
              `port mapping ${server.portName} of ${key}; without its protocol there are no retries and no metrics`,
            );
          }
        },
      },
      {
        name: 'order calls both by name, and is let in by both',
        check: (model) => {
          const order = taskOf(model, named(model.services, 'order-service-dev'));
          same(order.service.connect?.namespace, 'dev.local', 'namespace of order');
          same(order.service.connect?.services, [], 'names of order');
          same(
            pick(order.container.environment, 'PAYMENT_URL', 'NOTIFICATION_URL'),
            {
              PAYMENT_URL: 'http://payment.dev.local:8080',
              NOTIFICATION_URL: 'http://notification.dev.local:8080',
            },
            'where order calls',
          );
          for (const key of ['payment', 'notification']) {
            const group = groupOf(named(model.services, `${key}-service-dev`));
            holds(
              entrances(model, group).some(
                ([port, from]) => port === 8080 && from === groupOf(order.service),
              ),
              `${key} does not let order in`,
            );
          }
          same(
            entrances(model, groupOf(order.service)),
            [[8080, groupOf(only(model.loadBalancers, 'load balancer'))]],
            'who may call order',
          );
        },
      },
      {
        name: 'calls are encrypted where a certificate authority is given',
        variant: 'authority',
        check: (model) => {
          for (const key of ['payment', 'notification']) {
            const { connect } = named(model.services, `${key}-service-dev`);
            const { tls } = only(connect?.services ?? [], `name of ${key}`);
            same(tls?.certificateAuthority, AUTHORITY, `certificate authority of ${key}`);
            const role = named(model.roles, tls?.role ?? '');
            holds(
              role.managedPolicies.some((policy) =>
                policy.endsWith('AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity'),
              ),
              `${role.name} may not ask for certificates`,
            );
          }
        },
      },
    ],
    shownBy: [
      {
        what: 'retries, outlier ejection and metrics',
        reason: 'Service Connect always has them; no property switches them on',
        tests: ['packages/behaviour/src/service-connect/proxy.test.ts'],
      },
      {
        what: 'locally the same names resolve, balanced over the tasks',
        reason: 'that is on a machine, not in a template',
        tests: ['packages/local/test/engine/calls.test.ts', 'systems/payments/test/isolation.test.ts'],
      },
    ],
  },
];
