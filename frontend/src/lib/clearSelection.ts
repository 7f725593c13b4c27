/**
 * Clear the document's selection. A caret left in a part of the page where text cannot be selected makes the browser
 * search the whole map for a place for it, on every frame.
 */
export function clearSelection(): void {
  document.getSelection()?.removeAllRanges()
}
