// How heavy the front end is, gzipped: each entry of the build with all that it imports, and the style
// sheets taken together. Prints the figures; fails where one is over its budget.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const STATIC = join(dirname(fileURLToPath(import.meta.url)), '..', 'static')
const BUILD = join(STATIC, 'build')
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
const css = readdirSync(join(STATIC, 'css')).map((file) => join(STATIC, 'css', file))

const budgets = [
  ['map entry', 160, apart(entry('src/entries/map.tsx'))],
  ['site entry', 20, apart(entry('src/entries/site.ts'))],
  ['all CSS', 18, weight(css)],
]
for (const [name, most, bytes] of budgets) {
  const isOver = bytes > most * KB
  console.log(`${name}: ${kb(bytes)} of ${most}${isOver ? ', OVER' : ''}`)
  if (isOver) process.exitCode = 1
}
console.log(`(CSS file by file, as it is fetched: ${kb(apart(css))} in ${css.length} files; no page loads all)`)
