import type { DatabasePlan } from '@breakwater/plan';

/**
 * Default `max_connections` of Aurora Serverless v2 for PostgreSQL by the cluster's maximum capacity in ACUs.
 * Source (2026-11): https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
 */
export const AURORA_SERVERLESS_MAX_CONNECTIONS: readonly (readonly [
  maximumAcu: number,
  connections: number,
])[] = [
  [1, 189],
  [4, 823],
  [8, 1669],
  [16, 3360],
  [32, 5000],
];

/** With a minimum capacity of 0 or 0.5 ACU Aurora caps `max_connections` here; same source. */
export const AURORA_SMALL_MINIMUM_CAP = 2000;

/** What one machine bears: each connection is a process, and each slot takes shared memory. */
export const LOCAL_MAX_CONNECTIONS = 1000;

/**
 * How many connections the local server takes: what Aurora would by the plan's capacity (the next smaller documented
 * capacity, so that a pool that fits here fits there), at most {@link LOCAL_MAX_CONNECTIONS}. A provisioned instance
 * has a limit by its memory that the plan does not know; it gets that of the smallest capacity, 189.
 */
export function maxConnections(capacity: DatabasePlan['capacity']): number {
  const smallest = 189;
  if (capacity.kind === 'provisioned') return smallest;
  const documented = AURORA_SERVERLESS_MAX_CONNECTIONS.filter(([acu]) => acu <= capacity.maximumAcu).at(-1);
  const connections = documented?.[1] ?? smallest;
  const capped = capacity.minimumAcu <= 0.5 ? Math.min(connections, AURORA_SMALL_MINIMUM_CAP) : connections;
  return Math.min(capped, LOCAL_MAX_CONNECTIONS);
}

/** Files for TLS; the server's user must own the key. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

/** The superuser, as on RDS: AWS keeps it for itself, the master user is none. */
export const SUPERUSER = 'rdsadmin';

/**
 * The server's configuration. Durable: an answered write survives `kill -9` of every process and a power cut.
 * Small: 64 MB of buffers, no processes that nobody needs here.
 */
export function renderConfiguration(options: {
  readonly maxConnections: number;
  readonly tls: TlsFiles | null;
  /** Folder with control files that go before those of the package. */
  readonly extensionFolder: string;
}): string {
  const settings: readonly (readonly [string, string | number])[] = [
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', ''],
    ['max_connections', options.maxConnections],
    ['superuser_reserved_connections', 3],
    ['password_encryption', 'scram-sha-256'],
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['full_page_writes', 'on'],
    ['shared_buffers', '64MB'],
    ['huge_pages', 'off'],
    ['max_wal_size', '512MB'],
    ['io_method', 'sync'],
    // As on RDS and Aurora, where it is loaded from the start.
    ['shared_preload_libraries', 'pg_stat_statements'],
    ['pg_stat_statements.max', 1000],
    ['extension_control_path', `${options.extensionFolder}:$system`],
    ['max_wal_senders', 0],
    ['max_logical_replication_workers', 0],
    ['timezone', 'UTC'],
    ['log_timezone', 'UTC'],
    ['lc_messages', 'C'],
    ['log_destination', 'stderr'],
    ['logging_collector', 'off'],
    ['log_checkpoints', 'off'],
    ['log_line_prefix', '%q%u@%d '],
    ['log_min_messages', 'warning'],
    // Backends end soon after their client or the server is gone, also in the middle of a long query.
    ['client_connection_check_interval', '1s'],
    ...(options.tls === null
      ? []
      : ([
          ['ssl', 'on'],
          ['ssl_cert_file', options.tls.certificate],
          ['ssl_key_file', options.tls.key],
          ['ssl_min_protocol_version', 'TLSv1.2'],
        ] as const)),
  ];
  const lines = settings.map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  return `# Written by Breakwater at every start; changes are lost.\n${lines.join('\n')}\n`;
}

/** Who may connect: password (SCRAM) over loopback; with TLS only encrypted, as under `rds.force_ssl`. */
export function renderHostAccess(options: { readonly requireTls: boolean }): string {
  const type = options.requireTls ? 'hostssl' : 'host';
  return `# Written by Breakwater at every start; changes are lost.\n${type} all all 127.0.0.1/32 scram-sha-256\n`;
}
