// How heavy each entry of the build is, gzipped, with all that it imports. Prints the figures; fails where
// one is over its budget. The style sheets have theirs in tests/cxmap/test_tokens.py.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUILD = join(dirname(fileURLToPath(import.meta.url)), '..', 'static', 'build')
const KB = 1000 // bytes

const manifest = JSON.parse(readFileSync(join(BUILD, 'manifest.json'), 'utf8'))

function weight(paths) {
  return gzipSync(Buffer.concat(paths.map((path) => readFileSync(path)))).length
}

function apart(paths) {
  return paths.reduce((sum, path) => sum + weight([path]), 0)
}

const kb = (bytes) => `${(bytes / KB).toFixed(1)} KB`

/** The files of an entry: its own, and those of all chunks it imports, at once or later. */
function filesOf(entry, seen = new Set()) {
  if (seen.has(entry)) return []
  seen.add(entry)
  const { file, css = [], imports = [], dynamicImports = [] } = manifest[entry]
  return [file, ...css, ...[...imports, ...dynamicImports].flatMap((one) => filesOf(one, seen))]
}

const entry = (name) => filesOf(name).map((file) => join(BUILD, file))

const budgets = [
  ['map entry', 160, apart(entry('src/entries/map.tsx'))],
  ['site entry', 23, apart(entry('src/entries/site.ts'))],
]
for (const [name, most, bytes] of budgets) {
  const isOver = bytes > most * KB
  console.log(`${name}: ${kb(bytes)} of ${most}${isOver ? ', OVER' : ''}`)
  if (isOver) process.exitCode = 1
}
