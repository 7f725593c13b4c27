/**
 * Leave no caret behind in a part of the page where no text can be selected: the browser would walk
 * through all of the map to find it a place, with every frame it draws.
 */
export function clearSelection(): void {
  document.getSelection()?.removeAllRanges()
}
