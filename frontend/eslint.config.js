import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['node_modules/', 'src/tokens.ts'] },
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
    // Imports go down only: entries > lib. lib knows nothing of what uses it.
    files: ['src/lib/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['**/entries/*'] }] },
  },
)
