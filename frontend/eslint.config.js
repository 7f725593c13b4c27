import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { textAlone } from './eslint-text-alone.js'

// From the top: a layer imports from itself and from those after it, types included.
const LAYERS = ['entries', 'ui', 'map', 'commands', 'sync', 'store', 'layout', 'model', 'lib']
const DRAWN = ['entries', 'ui', 'map'] // the only ones that know React

const TESTS = '**/*.test.{ts,tsx}'
const HELPERS = 'src/*/testing/**' // of tests, and of nothing else

// A key that is compared without lib/keys.ts is taken from people who are choosing a Japanese or Chinese word with it.
const KEYS_BY_HAND = [
  'MemberExpression[property.name=/^(key|keyCode|which)$/][object.name=/^(event|e|ev|evt|press|pressed|nativeEvent)$/]',
  'MemberExpression[property.name=/^(key|keyCode|which)$/][object.property.name="nativeEvent"]',
  'BinaryExpression[left.property.name="key"][right.value=/^(Enter|Escape|Esc|Tab|Arrow\\w+|Home|End|Page\\w+|Backspace|Delete|F\\d+|[A-Za-z]| )$/]',
  'ObjectPattern[typeAnnotation.typeAnnotation.typeName.name="KeyboardEvent"] > Property[key.name=/^(key|keyCode|which)$/]',
]

function imports(layer, isTest) {
  const above = LAYERS.slice(0, LAYERS.indexOf(layer))
  const patterns = [
    above.length && {
      regex: `^(\\.\\./)+(${above.join('|')})/`,
      message: `${layer}/ knows nothing of what uses it: imports go down only.`,
    },
    !DRAWN.includes(layer) && {
      regex: '^(react|react-dom|@dnd-kit|@testing-library)(/|$)',
      message: `${layer}/ knows no framework.`,
    },
    !isTest && { regex: '/testing/', message: 'This is for tests.' },
  ]
  return { rules: { 'no-restricted-imports': ['error', { patterns: patterns.filter(Boolean) }] } }
}

export default tseslint.config(
  { ignores: ['node_modules/', 'coverage/', 'src/tokens.ts', 'src/model/api.ts'] },
  ...tseslint.configs.strict,
  {
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      // User data never becomes markup: build nodes, or clone a <template>.
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Use textContent, or clone a <template>.' },
        { property: 'outerHTML', message: 'Use textContent, or clone a <template>.' },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // An import(…) written as a type would go round the layers.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: [TESTS, HELPERS, 'src/lib/keys.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...KEYS_BY_HAND.map((selector) => ({
          selector,
          message: 'Use keyName or typedText (lib/keys.ts): they leave the keys of an input method alone.',
        })),
      ],
    },
  },
  ...LAYERS.flatMap((layer) => [
    { files: [`src/${layer}/**`], ignores: [TESTS, HELPERS], ...imports(layer, false) },
    { files: [`src/${layer}/${TESTS}`, `src/${layer}/testing/**`], ...imports(layer, true) },
  ]),
  {
    files: ['src/map/**/*.tsx', 'src/ui/**/*.tsx'],
    ignores: [TESTS],
    plugins: { cxmap: { rules: { 'text-alone': textAlone } } },
    rules: { 'cxmap/text-alone': 'error' },
  },
  { files: ['src/map/**', 'src/ui/**'], ...reactHooks.configs.flat.recommended },
  {
    files: ['src/map/**', 'src/ui/**'],
    rules: {
      'react-hooks/exhaustive-deps': 'error',
      // Boxes that are measured and pages that are read arrive after drawing: an effect is their place.
      'react-hooks/set-state-in-effect': 'off',
    },
  },
)
