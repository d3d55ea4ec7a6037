/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSystem, storesReadable } from '../running-system.ts';
import { desk, expectAccessible, expectFits, follow, openPage, phone, startBrowser } from './browser.ts';

const shop = runSystem();
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser?.close());

const email = `browser-${process.pid}@example.com`;
const password = 'correct horse battery';

test('on a phone without JavaScript: from the door through a purchase to the order history', async () => {
  const context = await browser.newContext({
    viewport: phone,
    javaScriptEnabled: false,
    isMobile: true,
    hasTouch: true,
  });
  const { page, complaints } = await openPage(context);
  const at = (path: string) => page.goto(`${shop.url}/api/shop${path}`);
  const see = async (heading: string) => {
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(heading);
    await expectFits(page);
  };

  await at('');
  await see('Things for good evenings');
  await page.getByRole('searchbox', { name: 'Search products' }).fill('throw');
  await follow(page, page.getByRole('button', { name: 'Search' }));
  await see('Results for “throw”');
  await follow(page, page.getByRole('link', { name: 'Wool Throw' }));
  await see('Wool Throw');
  await follow(page, page.getByRole('link', { name: 'Sign in to buy' }));
  await see('Sign in');
  await follow(page, page.getByRole('link', { name: 'Make an account' }));
  await see('Make an account');
  await page.getByLabel('Name').fill('Zoë 李');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await follow(page, page.getByRole('button', { name: 'Make an account' }));

  // Back where it was: the product, now with a way to buy it.
  await see('Wool Throw');
  await page.getByLabel('Quantity').selectOption('2');
  await follow(page, page.getByRole('button', { name: 'Add to cart' }));
  await see('Your cart');
  await page.getByRole('combobox', { name: 'Quantity of Wool Throw' }).selectOption('1');
  await follow(page, page.getByRole('button', { name: 'Update the quantity of Wool Throw' }));
  await see('Your cart');
  await follow(page, page.getByRole('button', { name: 'Buy now for $89.00' }));
  expect(await page.getByRole('status').innerText()).toContain('your order is placed');
  await expectFits(page);
  await follow(page, page.getByRole('link', { name: 'All orders' }));
  await see('Your orders');
  expect(await page.getByRole('listitem').count()).toBe(1);
  await follow(page, page.getByRole('link', { name: 'Cart' }));
  await see('Your cart is empty');

  if (storesReadable) {
    await at('/products/16');
    await follow(page, page.getByRole('button', { name: 'Add to cart' }));
    await shop.stores.query('UPDATE stock SET available = 0 WHERE product_id = 16');
    await follow(page, page.getByRole('button', { name: 'Buy now for $56.00' }));
    await see('Sold out');
    expect(await page.getByRole('alert').innerText()).toBe(
      'Brass Pen is sold out. Nothing was bought or charged.',
    );
    await follow(page, page.getByRole('link', { name: 'To your cart' }));
    await see('Your cart');
    await follow(page, page.getByRole('button', { name: 'Remove Brass Pen' }));
    await at('/products/16');
    await see('Brass Pen');
    expect(await page.getByRole('button', { name: 'Add to cart' }).count()).toBe(0);
  }

  await follow(page, page.getByRole('button', { name: 'Sign out' }));
  await at('/orders');
  await see('Sign in');
  await at('/sign-up');
  await page.getByLabel('Name').fill('Somebody else');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await follow(page, page.getByRole('button', { name: 'Make an account' }));
  // What is wrong stands above the form and leads to its field, where the cursor is already.
  const problem = page.getByRole('alert').getByRole('link');
  expect([await problem.innerText(), await problem.getAttribute('href')]).toEqual([
    'This email has an account already: sign in instead.',
    '#email',
  ]);
  expect(await page.getByLabel('Email').evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await page.getByLabel('Name').inputValue()).toBe('Somebody else');
  await at('/nothing');
  await see('Not Found');
  expect(complaints).toEqual([]);
  await context.close();
});

test.each([
  ['a phone', phone, 'light'],
  ['a desk, in the dark', desk, 'dark'],
] as const)('everybody can read and reach everything on %s', async (_where, viewport, colorScheme) => {
  const context = await browser.newContext({ viewport, colorScheme });
  const { page, complaints } = await openPage(context);
  const visit = async (path: string) => {
    await page.goto(`${shop.url}/api/shop${path}`);
    await expectFits(page);
    await expectAccessible(page);
  };
  for (const path of ['', '?q=nothing-like-it', '?category=Kitchen', '/products/2', '/sign-up', '/nothing'])
    await visit(path);
  await visit('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await follow(page, page.getByRole('button', { name: 'Sign in' }));
  await expectAccessible(page);
  await page.getByLabel('Password').fill(password);
  await follow(page, page.getByRole('button', { name: 'Sign in' }));
  await page.goto(`${shop.url}/api/shop/products/2`);
  await expectAccessible(page);
  await follow(page, page.getByRole('button', { name: 'Add to cart' }));
  await expectFits(page);
  await expectAccessible(page);
  await follow(page, page.getByRole('button', { name: 'Buy now' }));
  await expectAccessible(page);
  for (const path of ['/orders', '/cart', '/products/16']) await visit(path);
  expect(complaints).toEqual([]);
  await context.close();
});

test('by the keyboard alone: the way past the header comes first, and one sees where one is', async () => {
  const context = await browser.newContext({ viewport: desk });
  const { page } = await openPage(context);
  await page.goto(`${shop.url}/api/shop`);
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement ?? document.body;
      // A card shows the focus of the link that covers it.
      const shown = [element, element.closest('.card')].some(
        (each) => each !== null && getComputedStyle(each).outlineStyle !== 'none',
      );
      return { text: element.textContent?.trim() ?? '', shown };
    });
  const texts: string[] = [];
  for (let n = 0; n < 14; n += 1) {
    await page.keyboard.press('Tab');
    const { text, shown } = await focused();
    expect([text, shown]).toEqual([text, true]);
    texts.push(text);
  }
  expect(texts.slice(0, 4)).toEqual(['Skip to the content', 'Storefront', 'Cart', 'Sign in']);
  expect(texts).toContain('Aurora Desk Lamp');
  await context.close();
});
