/// <reference lib="dom" />
import type { Locator } from 'playwright-core';

/** Pasted over all that is in a text editor, as somebody would with the clipboard. */
export async function pasteOver(text: Locator, pasted: string): Promise<void> {
  await text.click();
  await text.press('ControlOrMeta+a');
  await text.evaluate((element, data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', data);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, pasted);
}
