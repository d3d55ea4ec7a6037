// Runs programs for Pulumi's engine the way `pulumi-language-nodejs` does: the SDK's own runner in a Node process, with the project's
// options. The module of that program cannot be had where this is used, and it only starts what `@pulumi/pulumi` brings.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb.js';
import language from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { servePlugin } from './serve.ts';

/** The engine gives its address as the last argument. */
const engine = process.argv.at(-1) ?? '';

/** Exit code of the SDK's runner that says: the user has been told already. */
const TOLD = 32;

/** Options of `runtime` in `Pulumi.yaml`, as far as the systems use them. */
interface Options {
  readonly typescript?: boolean;
  readonly nodeargs?: string;
}

type Run = InstanceType<typeof language.RunRequest>;

function run(request: Run): Promise<InstanceType<typeof language.RunResponse>> {
  const info = request.getInfo();
  if (info === undefined) throw new Error('The engine does not say where the program is.');
  // Pulumi.yaml is the reviewed file of a system: it has no other options.
  const { typescript = true, nodeargs = '' } = (info.getOptions()?.toJavaScript() ?? {}) as Options;
  const directory = info.getProgramDirectory();
  const runner = createRequire(join(directory, 'index.js')).resolve('@pulumi/pulumi/cmd/run/index.js');
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const args = [
    ...nodeargs.split(' ').filter(Boolean),
    runner,
    ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    ...(request.getDryrun() ? ['--dry-run'] : []),
    join(directory, info.getEntryPoint()),
    ...request.getArgsList(),
  ];
  const config = Object.fromEntries(request.getConfigMap().toArray());
  const child = spawn(process.execPath, args, {
    cwd: request.getPwd(),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PULUMI_NODEJS_TYPESCRIPT: String(typescript),
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const response = new language.RunResponse();
      if (code === TOLD) response.setBail(true);
      else if (code !== 0) response.setError(`the program ended with ${code ?? signal}`);
      resolve(response);
    });
  });
}

await servePlugin(LanguageRuntimeService, {
  getPluginInfo: () => {
    const info = new plugin.PluginInfo();
    info.setVersion('3.142.0');
    return info;
  },
  // Whoever runs this has put the plugins where the engine finds them.
  getRequiredPlugins: () => new language.GetRequiredPluginsResponse(),
  installDependencies: () => new empty.Empty(),
  run,
});
