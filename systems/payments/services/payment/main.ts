import { runService } from '../common/run-service.ts';
import { openFiles, openTables } from '../common/stores.ts';
import { createCharges } from './charges.ts';
import { openLedger } from './ledger.ts';
import { paymentRoutes } from './routes.ts';
import { openSandboxProvider } from './sandbox-provider.ts';

await runService('payment', 'Payments', ({ env, logger }) => {
  const ledger = openLedger(openTables(), env.required('LEDGER_TABLE'), Date.now);
  const charges = createCharges({
    ledger,
    provider: openSandboxProvider(openFiles(env.required('FILES_BUCKET')), Date.now),
    // Shorter than the callers wait for us.
    timeoutMs: env.number('PROVIDER_TIMEOUT_MS', 2000, 10, 10_000),
    onProblem: (order, message) => logger.error({ order }, message),
  });
  return { routes: paymentRoutes(charges, ledger) };
});
