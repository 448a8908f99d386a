import type { Page } from 'playwright-core';

/**
 * What is wrong with the layout now, as sentences; empty when nothing is. Runs inside the page: it has the numbers.
 */
export function layoutFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const shown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      faults.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
    if (root.scrollHeight > root.clientHeight) faults.push('the page itself scrolls vertically');
    for (const list of document.querySelectorAll('.list')) {
      if (shown(list) && list.scrollWidth > list.clientWidth + 1)
        faults.push('a message list scrolls sideways');
    }
    for (const pane of document.querySelectorAll('.pane')) {
      if (!shown(pane)) continue;
      const frame = pane.getBoundingClientRect();
      const parts =
        '.message, .teams-message, .sk-blocks, .card-frame, .sk-button, .ac-pushButton, .composer-box, .chips';
      for (const part of pane.querySelectorAll(parts)) {
        const box = part.getBoundingClientRect();
        if (shown(part) && (box.right > frame.right + 1 || box.left < frame.left - 1)) {
          faults.push(
            `.${part.className} leaves its pane: ${Math.round(box.left)}–${Math.round(box.right)} of ${Math.round(frame.left)}–${Math.round(frame.right)}`,
          );
        }
      }
    }
    return faults;
  });
}

/** Signs of data that nobody drew: placeholders of JavaScript, and JSON where there should be words. */
export async function leakedText(page: Page): Promise<readonly string[]> {
  const texts = await page.locator('.message-main, .topbar, .channels').allInnerTexts();
  const signs = [/\bundefined\b/, /\[object Object\]/, /\bNaN\b/, /\{"[a-z_]+":/i, /"type":\s*"/];
  return texts.filter((text) => signs.some((sign) => sign.test(text)));
}
