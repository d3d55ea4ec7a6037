export type { CallAddress, ConnectTask, ServiceConnect, ServiceConnectOptions } from './service-connect.ts';
export { startServiceConnect } from './service-connect.ts';
