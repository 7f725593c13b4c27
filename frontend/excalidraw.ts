/** A Vite plugin that makes Excalidraw work offline and under our Content Security Policy, and leaves out what we hide. */
import type { Plugin } from 'vite'

/** Each must match, or the package has changed and the build fails. */
const REPLACEMENTS: readonly (readonly [what: string, pattern: RegExp, replacement: string])[] = [
  // Its fonts list a foreign host. None is registered: texts use the handwriting that our style sheet has already.
  ['fonts', /return (?:\w+\([\w"' ]+,\.\.\.\w+\),?){5,}/, 'return '],
  ['handwriting', /\{Virgil:1,Helvetica:2,/, '{"Shantell Sans Variable":5,Virgil:1,Helvetica:2,'],
  // An inline style by attribute, where the property is allowed.
  ['white-space', /(\w+)\.setAttribute\("style","white-space: pre;"\)/, '$1.style.whiteSpace="pre"'],
]

const EMPTY = '\0empty'
/** Its menus are hidden, so it needs no other language; fonts are embedded by the server; diagrams are not imported. */
const LEFT_OUT = /\/locales\/(?!en-)|\/subset-(?:worker|shared)\.chunk|^@excalidraw\/mermaid-to-excalidraw$/

export function excalidraw(): Plugin {
  const missing = new Set(REPLACEMENTS.map(([what]) => what))
  return {
    name: 'excalidraw',
    apply: 'build',
    enforce: 'pre',
    resolveId: (source) => (LEFT_OUT.test(source) ? EMPTY : null),
    load: (id) => (id === EMPTY ? 'export default {}' : null),
    transform(code, id) {
      if (!id.includes('/@excalidraw/excalidraw/')) return null
      for (const [what, pattern, replacement] of REPLACEMENTS) {
        if (!pattern.test(code)) continue
        missing.delete(what)
        code = code.replace(pattern, replacement)
      }
      return { code, map: null }
    },
    buildEnd(error) {
      if (missing.size && !error)
        this.error(`Excalidraw has changed. Update REPLACEMENTS for: ${[...missing].join(', ')}.`)
    },
  }
}
