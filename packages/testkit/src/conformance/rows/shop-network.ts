import { entrances, groupOf, holds, only, pick, same, sameSet, subnetsByTier, tierOf } from './looking.ts';
import type { Row } from './row.ts';

/** Rows about the network of the shop. */
export const SHOP_NETWORK: readonly Row[] = [
  {
    id: 'shop/network',
    requirement:
      'VPC 10.0.0.0/16, DNS hostnames and support on; public 10.0.0.0/24 and 10.0.1.0/24, private 10.0.10.0/24 and 10.0.11.0/24; internet gateway; 2 NAT gateways with elastic IPs; route tables for public and for each private subnet.',
    expectations: [
      {
        name: 'VPC 10.0.0.0/16 with DNS and an internet gateway',
        check: ({ vpcs }) => {
          const vpc = only(vpcs, 'VPC');
          same(
            pick(vpc, 'cidr', 'dnsHostnames', 'dnsSupport'),
            { cidr: '10.0.0.0/16', dnsHostnames: true, dnsSupport: true },
            'VPC',
          );
          same(vpc.internetGateways.length, 1, 'internet gateways');
        },
      },
      {
        name: 'public and private subnets as given, no others',
        check: (model) => {
          const tiers = subnetsByTier(model);
          const blocks = (tier: keyof typeof tiers) => tiers[tier].map(({ cidr }) => cidr);
          sameSet(blocks('public'), ['10.0.0.0/24', '10.0.1.0/24'], 'public subnets');
          sameSet(blocks('private'), ['10.0.10.0/24', '10.0.11.0/24'], 'private subnets');
          same(blocks('isolated'), [], 'isolated subnets');
        },
      },
      {
        name: '2 NAT gateways in different public subnets, each with an Elastic IP address',
        check: (model) => {
          same(model.natGateways.length, 2, 'NAT gateways');
          for (const key of ['subnet', 'elasticIp'] as const)
            same(new Set(model.natGateways.map((nat) => nat[key])).size, 2, `different values of ${key}`);
          for (const { name, elasticIp, subnet } of model.natGateways) {
            holds(elasticIp !== null, `${name} has no Elastic IP address`);
            same(tierOf(model, [subnet]), 'public', `where ${name} stands`);
          }
        },
      },
      {
        name: 'a route table for the public subnets and one for each private subnet',
        check: (model) => {
          const tiers = subnetsByTier(model);
          const tables = (tier: keyof typeof tiers) =>
            new Set(tiers[tier].map(({ routeTable }) => routeTable)).size;
          same([tables('public'), tables('private')], [1, 2], 'route tables');
        },
      },
    ],
  },
  {
    id: 'shop/security-groups',
    requirement:
      'Load balancer: 80 and 443 in; tasks: 5000 from the load balancer; database: 5432 from the tasks only.',
    expectations: [
      {
        name: '80 and 443 into the load balancer, 5000 from it, 5432 from the tasks only',
        check: (model) => {
          const balancer = groupOf(only(model.loadBalancers, 'load balancer'));
          const tasks = groupOf(only(model.services, 'service'));
          const database = groupOf(only(model.databases, 'database'));
          sameSet(
            entrances(model, balancer),
            [
              [80, '0.0.0.0/0'],
              [443, '0.0.0.0/0'],
            ],
            'load balancer',
          );
          same(entrances(model, tasks), [[5000, balancer]], 'tasks');
          same(entrances(model, database), [[5432, tasks]], 'database');
          same(new Set([balancer, tasks, database]).size, 3, 'security groups');
        },
      },
    ],
  },
];
