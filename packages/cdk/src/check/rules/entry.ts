import type { CheckedSystem } from '../checked-system.ts';
import { at, list, texts } from '../json.ts';
import type { Hit, Rule } from '../rule.ts';

const ANYWHERE = ['0.0.0.0/0', '::/0'];

/** What lets traffic into a security group in the templates: inline rules and rules of their own. */
function ingressRules({ of }: CheckedSystem) {
  return [
    ...of('AWS::EC2::SecurityGroup').flatMap((resource) =>
      list(resource.properties['SecurityGroupIngress']).map((rule) => ({ resource, rule })),
    ),
    ...of('AWS::EC2::SecurityGroupIngress').map((resource) => ({ resource, rule: resource.properties })),
  ].map(({ resource, rule }) => ({
    resource,
    cidrs: [...texts(at(rule, 'CidrIp')), ...texts(at(rule, 'CidrIpv6'))],
    protocol: String(at(rule, 'IpProtocol') ?? '-1'),
    from: Number(at(rule, 'FromPort') ?? 0),
    to: Number(at(rule, 'ToPort') ?? 65_535),
  }));
}

/** Rules about how requests come in from the internet. */
export const ENTRY_RULES: readonly Rule[] = [
  {
    id: 'check/no-https',
    severity: 'warning',
    title: 'Load balancer without HTTPS',
    why: 'Whatever clients send, sessions and passwords too, can be read and changed on the way.',
    fix: "Give a domain: domain: 'shop.example.com'. Certificate, record and redirect come with it.",
    find: ({ plan: { loadBalancer } }) =>
      loadBalancer === null || loadBalancer.listeners.some(({ protocol }) => protocol === 'HTTPS')
        ? []
        : [
            {
              where: 'domain',
              what: `The load balancer answers plain HTTP only, because no domain is given${
                loadBalancer.scheme === 'internet-facing' ? '; it stands on the internet' : ''
              }.`,
            },
          ],
  },
  {
    id: 'check/old-tls',
    severity: 'error',
    title: 'Outdated TLS',
    why: 'A listener without a policy takes ELBSecurityPolicy-2016-08, which still speaks TLS 1.0.',
    fix: 'Use a policy of the TLS13 family: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09.',
    find: ({ of }) =>
      of('AWS::ElasticLoadBalancingV2::Listener').flatMap(({ path, properties }) => {
        const policy = properties['SslPolicy'];
        if (properties['Protocol'] !== 'HTTPS') return [];
        return typeof policy === 'string' && policy.startsWith('ELBSecurityPolicy-TLS13-1-')
          ? /^ELBSecurityPolicy-TLS13-1-[01]-/.test(policy)
            ? [{ where: path, what: `The policy ${policy} speaks TLS 1.0 or 1.1.` }]
            : []
          : [{ where: path, what: `The policy is ${typeof policy === 'string' ? policy : 'not given'}.` }];
      }),
  },
  {
    id: 'check/plain-beside-https',
    severity: 'error',
    title: 'HTTP that does not redirect',
    why: 'Whoever types the name without https:// would stay on plain HTTP.',
    fix: 'Redirect the HTTP listener to HTTPS.',
    find: ({ plan: { loadBalancer }, place }) => {
      if (loadBalancer === null || !loadBalancer.listeners.some(({ protocol }) => protocol === 'HTTPS'))
        return [];
      return loadBalancer.listeners.flatMap((listener, index): readonly Hit[] =>
        listener.protocol === 'HTTP' && listener.defaultAction.kind !== 'redirect'
          ? [
              {
                where: place(`loadBalancer.listeners.${index}.protocol`),
                what: `The listener on port ${listener.port} serves requests although there is HTTPS.`,
              },
            ]
          : [],
      );
    },
  },
  {
    id: 'check/invalid-headers',
    severity: 'warning',
    title: 'Invalid headers let through',
    why: 'Servers that read malformed headers differently than the load balancer can be tricked (request smuggling).',
    fix: 'Set routing.http.drop_invalid_header_fields.enabled to true.',
    find: ({ of }) =>
      of('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(({ path, properties }) =>
        list(properties['LoadBalancerAttributes']).some(
          (each) =>
            at(each, 'Key') === 'routing.http.drop_invalid_header_fields.enabled' &&
            String(at(each, 'Value')) === 'true',
        )
          ? []
          : [{ where: path, what: 'The load balancer hands invalid headers to the tasks.' }],
      ),
  },
  {
    id: 'check/open-port',
    severity: 'error',
    title: 'Port open to the world',
    why: 'Only the load balancer is meant to be reached from the internet, on its listeners.',
    fix: 'Let in the security group that needs it instead of an address range.',
    find: (system) => {
      const { plan } = system;
      const entry = plan.network.securityGroups.find(({ key }) => key === plan.loadBalancer?.securityGroup);
      const intended = new Set((entry?.ingress ?? []).map(({ fromPort, toPort }) => `${fromPort}-${toPort}`));
      return ingressRules(system).flatMap(({ resource, cidrs, protocol, from, to }): readonly Hit[] => {
        const open = cidrs.filter((cidr) => ANYWHERE.includes(cidr));
        const isEntry = resource.properties['GroupName'] === entry?.name;
        if (open.length === 0 || (isEntry && protocol === 'tcp' && intended.has(`${from}-${to}`))) return [];
        const ports = protocol === '-1' ? 'Every port' : from === to ? `Port ${from}` : `Ports ${from}-${to}`;
        return [{ where: resource.path, what: `${ports} can be reached from ${open.join(' and ')}.` }];
      });
    },
  },
  {
    id: 'check/open-port-unused',
    severity: 'info',
    title: 'Open port that nothing listens on',
    why: 'It does no harm today, but a reviewer asks why it is open.',
    fix: 'It closes or is used as soon as a domain is given.',
    find: ({ plan: { network, loadBalancer } }) => {
      const ports = new Set((loadBalancer?.listeners ?? []).map(({ port }) => port));
      const group = network.securityGroups.find(({ key }) => key === loadBalancer?.securityGroup);
      return (group?.ingress ?? []).flatMap(({ fromPort, toPort, peer }) =>
        peer.kind === 'cidr' && fromPort === toPort && !ports.has(fromPort)
          ? [
              {
                where: 'loadBalancer',
                what: `Port ${fromPort} of the load balancer is open, but it has no listener.`,
              },
            ]
          : [],
      );
    },
  },
  {
    id: 'check/public-task',
    severity: 'warning',
    title: 'Tasks with public addresses',
    why: 'Only the security group then stands between the internet and the tasks, and each address costs money.',
    fix: 'Run the tasks in private subnets, with NAT or endpoints.',
    find: ({ plan, of, place }) => [
      ...Object.values(plan.services).flatMap(({ key, assignPublicIp }) =>
        assignPublicIp
          ? [
              {
                where: place(`services.${key}.assignPublicIp`),
                what: `Tasks of ${key} get public addresses.`,
              },
            ]
          : [],
      ),
      ...of('AWS::ECS::Service').flatMap(({ path, properties }) =>
        at(properties, 'NetworkConfiguration', 'AwsvpcConfiguration', 'AssignPublicIp') === 'ENABLED' &&
        !Object.values(plan.services).some(
          ({ name, assignPublicIp }) => assignPublicIp && name === properties['ServiceName'],
        )
          ? [
              {
                where: path,
                what: 'Tasks get public addresses although the plan says private.',
                severity: 'error' as const,
              },
            ]
          : [],
      ),
    ],
  },
  {
    id: 'check/database-open',
    severity: 'error',
    title: 'Database reachable from the internet',
    why: 'A password is then all that protects the data.',
    fix: 'Keep the database in private or isolated subnets, and let in only the services that use it.',
    find: (system) => {
      const { plan, of } = system;
      const groups = new Set(Object.values(plan.databases).map(({ securityGroup }) => securityGroup));
      const publicSubnets = new Set(
        plan.network.routeTables.flatMap(({ defaultRoute, subnets }) =>
          defaultRoute.to === 'internet-gateway' ? subnets : [],
        ),
      );
      return [
        ...plan.network.securityGroups.flatMap(({ key, ingress }) =>
          groups.has(key)
            ? ingress.flatMap(({ peer, fromPort }): readonly Hit[] =>
                peer.kind === 'cidr' && ANYWHERE.includes(peer.cidr)
                  ? [{ where: key, what: `Port ${fromPort} of ${key} can be reached from ${peer.cidr}.` }]
                  : [],
              )
            : [],
        ),
        ...Object.values(plan.databases).flatMap(({ key, subnetTier }): readonly Hit[] =>
          plan.network.subnets.some((subnet) => subnet.tier === subnetTier && publicSubnets.has(subnet.key))
            ? [{ where: `stores.${key}`, what: `${key} stands in subnets with a route from the internet.` }]
            : [],
        ),
        ...['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']
          .flatMap(of)
          .flatMap(({ path, properties }) =>
            properties['PubliclyAccessible'] === true
              ? [{ where: path, what: 'The database has a public address.' }]
              : [],
          ),
      ];
    },
  },
];
