export const env = process.env['ENVIRONMENT_SUFFIX'] ?? 'dev';
export const region = 'ap-southeast-2';
export const zones = ['a', 'b', 'c'];
