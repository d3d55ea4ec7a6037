import { expect, it } from 'vitest';
import { createProgram } from '../src/program/program.ts';
import { renderCommandsPage } from './commands-page.ts';

it('docs/commands.md says what the command line declares', async () => {
  const page = `${renderCommandsPage(createProgram()).trimEnd()}\n`;
  expect(page).toContain('## `breakwater dev`');
  await expect(page).toMatchFileSnapshot('../../../docs/commands.md');
});
