/**
 * Plays the frames of a storyboard on a page of the server, each for its seconds.
 *
 * It imports nothing, because a module that this page shares with the others would become a file of its own for all.
 */
const AHEAD = document.documentElement.dir === 'rtl' ? -1 : 1
const MOVES: Readonly<Record<string, number>> = {
  ArrowRight: AHEAD,
  ArrowLeft: -AHEAD,
  PageDown: 1,
  PageUp: -1,
  Home: -Infinity,
  End: Infinity,
}

/** Play a story from the frame in the address. Its buttons appear, and keys and swipes move it. */
export function playStory(story: HTMLElement): void {
  const film = story.querySelector<HTMLElement>('[data-film]')
  const frames = [...story.querySelectorAll<HTMLElement>('[data-seconds]')]
  const [play, pause] = ['play', 'pause'].map((name) => story.querySelector<HTMLButtonElement>(`[data-${name}]`))
  const moves = [...story.querySelectorAll<HTMLButtonElement>('[data-move]')]
  const number = story.querySelector('[data-number]')
  if (!film || !play || !pause || !frames.length) return
  let at = Math.max(
    0,
    frames.findIndex(({ id }) => `#${id}` === location.hash),
  )
  let isRunning = true
  let timer = 0

  const update = () => {
    const isLast = at === frames.length - 1
    clearTimeout(timer)
    if (isRunning && !isLast) timer = window.setTimeout(() => go(1), Number(frames[at]?.dataset['seconds']) * 1000)
    if (number) number.textContent = `${at + 1} / ${frames.length}`
    pause.hidden = !isRunning || isLast
    play.hidden = !pause.hidden
    play.disabled = isLast
    for (const button of moves) {
      const to = at + Number(button.dataset['move'])
      button.hidden = false
      button.disabled = to < 0 || to >= frames.length
    }
  }
  const show = (to: number) => {
    at = Math.max(0, Math.min(frames.length - 1, to))
    update()
  }
  const go = (by: number) => {
    show(at + by)
    frames[at]?.scrollIntoView()
  }
  const run = (next: boolean) => {
    const hasFocus = [play, pause].includes(document.activeElement as HTMLButtonElement)
    isRunning = next
    update()
    if (hasFocus) (pause.hidden ? play : pause).focus()
  }

  play.addEventListener('click', () => run(true))
  pause.addEventListener('click', () => run(false))
  for (const button of moves) button.addEventListener('click', () => go(Number(button.dataset['move'])))
  for (const frame of frames) frame.addEventListener('click', () => go(1))
  // A swipe scrolls the film.
  film.addEventListener('scroll', () => {
    const shown = Math.round(Math.abs(film.scrollLeft) / film.clientWidth)
    if (shown !== at) show(shown)
  })
  story.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const by = MOVES[event.key]
    if (by) go(by)
    else if (event.key === ' ' && !(event.target as HTMLElement).matches('a, button')) run(!isRunning)
    else return
    event.preventDefault()
  })
  story.focus({ preventScroll: true }) // for the keys
  go(0)
}
