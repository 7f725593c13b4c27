/**
 * Clear the document's selection.
 *
 * If a caret stays in a part of the page where text cannot be selected, the browser searches the whole map for
 * a valid position on every frame.
 */
export function clearSelection(): void {
  document.getSelection()?.removeAllRanges()
}
