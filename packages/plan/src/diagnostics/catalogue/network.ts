import type { DiagnosticEntry } from './entry.ts';

/** Network: BW12xx. */
export const NETWORK = {
  BW1201: {
    severity: 'error',
    title: 'Subnet outside of the VPC',
    message: '{cidr} does not lie in {vpc}.',
    cause: 'Every subnet is a part of its VPC.',
    fix: 'Choose a range inside {vpc}, or a larger network.',
  },
  BW1202: {
    severity: 'error',
    title: 'Overlapping subnets',
    message: '{cidr} overlaps {other}.',
    cause: 'An address belongs to one subnet only.',
    fix: 'Choose ranges that do not meet.',
  },
  BW1203: {
    severity: 'error',
    title: 'Network too small',
    message: '{vpc} has no room for {needed} subnets of /{bits}.',
    cause: 'Every tier takes one subnet per zone.',
    fix: 'Choose a larger network, fewer zones or smaller subnets.',
  },
  BW1204: {
    severity: 'error',
    title: 'Subnet too small',
    message: '{cidr} is too small for a load balancer or for tasks.',
    cause: 'AWS keeps five addresses of each subnet, and a load balancer needs eight free ones.',
    fix: 'Use /27 or larger.',
  },
  BW1205: {
    severity: 'error',
    title: 'Zone not in the Region',
    message: '{zone} is not a zone of {region}.',
    cause: 'Subnets can stand only in zones of the Region.',
    fix: 'Use zones of {region}: {known}.',
  },
  BW1206: {
    severity: 'error',
    title: 'Too few zones',
    message: '{actual} does not work: {reason}.',
    cause: 'A load balancer and a database subnet group need two zones.',
    fix: 'Use 2 to {maximum} zones.',
  },
  BW1207: {
    severity: 'error',
    title: 'Not one range per zone',
    message: '{actual} ranges for {zones} zones.',
    cause: 'Each zone has one subnet of each tier.',
    fix: 'Give exactly {zones} ranges, in the order of the zones.',
  },
  BW1208: {
    severity: 'error',
    title: 'Tier without subnets',
    message: 'There are no {tier} subnets, but {user} stands in them.',
    cause: 'The network switches the tier off.',
    fix: "Switch it on under 'network.subnets', or move {user}.",
  },
  BW1209: {
    severity: 'warning',
    title: 'No way out',
    message:
      'Tasks cannot reach what they need to start: there is no NAT gateway and no endpoint for {missing}.',
    cause: 'Images, logs and secrets are fetched over the network by the tasks themselves.',
    fix: "Add the endpoints, or set nat to 'single'.",
  },
  BW1210: {
    severity: 'warning',
    title: 'Public image without a way out',
    message: '{image} comes from the internet, which the tasks cannot reach.',
    cause: 'VPC endpoints of ECR do not reach public.ecr.aws or Docker Hub.',
    fix: "Set nat to 'single', or copy the image to a repository of your own.",
  },
} as const satisfies Record<string, DiagnosticEntry>;
