/// <reference lib="dom" />
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** A window of the size of a phone, and one of a desk. Pixels. */
export const phone = { width: 390, height: 844 };
export const desk = { width: 1280, height: 800 };

/** Starts the browser that `CHROMIUM_PATH` names. It asks nobody but this machine. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    // Chromium refuses to have a sandbox when root starts it, as in a container.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page, and what its console complained of: errors, and whatever the Content-Security-Policy had to forbid. */
export async function openPage(
  context: BrowserContext,
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refusal of ours is a page with its status, of which Chromium makes an error.
    const refusal = /^Failed to load resource: .* status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !refusal) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  return { page, complaints };
}

/** Presses a link or a button, and waits for the page that it leads to. */
export async function follow(page: Page, what: Locator): Promise<void> {
  const arrived = page.waitForEvent('load');
  await what.click();
  await arrived;
}

/** Nothing hangs over the edge, and whatever is pressed is large enough for a finger. */
export async function expectFits(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const small = [
      ...document.querySelectorAll('button, .button, select, input:not([type=hidden]), header a, nav a'),
    ]
      .map((element) => ({
        what: element.outerHTML.slice(0, 100),
        height: element.getBoundingClientRect().height,
      }))
      .filter(({ height }) => height < 44);
    return { over: scrollWidth - clientWidth, small };
  });
  expect({ at: page.url(), ...found }).toEqual({ at: page.url(), over: 0, small: [] });
}

/** No breach of WCAG 2.2 A or AA that axe can see: names, labels, headings, contrast, sizes. The page must run scripts. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const breaches = await page.evaluate(async () => {
    const run = Reflect.get(window, 'axe').run;
    const { violations } = await run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(
      (each: { id: string; nodes: readonly { html: string; failureSummary: string }[] }) =>
        [each.id, ...each.nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)].join('\n'),
    );
  });
  expect({ at: page.url(), breaches }).toEqual({ at: page.url(), breaches: [] });
}
