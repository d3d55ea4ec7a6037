import { runService } from '../common/run-service.ts';
import { openFiles, openTables } from '../common/stores.ts';
import { openSandboxMailer } from './mailer.ts';
import { openNotificationLog } from './notification-log.ts';
import { createNotifier } from './notifier.ts';
import { notificationRoutes } from './routes.ts';

await runService('notification', 'Notifications', ({ env }) => {
  const log = openNotificationLog(openTables(), env.required('LOG_TABLE'), Date.now);
  const files = openFiles(env.required('RECEIPTS_BUCKET'));
  const notify = createNotifier({ log, files, mailer: openSandboxMailer(files), now: Date.now });
  return { routes: notificationRoutes(notify, log, files) };
});
