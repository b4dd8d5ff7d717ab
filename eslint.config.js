import { fileURLToPath } from 'node:url'
import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import { boundaries } from './build/eslint-boundaries.js'
import svelteConfig from './svelte.config.js'

const typed = ['**/*.ts', '**/*.svelte']
const plain = ['**/*.js', '**/*.mjs', '**/*.cjs']

export default defineConfig(
  { ignores: ['out/', 'dist/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  { files: plain, languageOptions: { globals: globals.node } },
  {
    files: typed,
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['neutral', 'node', 'preload', 'dom', 'test'].map(
          (runtime) => `./build/tsconfig.${runtime}.json`,
        ),
        tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)),
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // The compiler knows what is defined.
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => listener(event)` reads better than a block of one line.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        {
          ignoreArrowShorthand: true,
          ignoreVoidOperator: true,
          ignoreVoidReturningFunctions: true,
        },
      ],
    },
  },
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ['main/**', 'preload/**', 'renderer/**'],
    plugins: { interleave: { rules: { boundaries } } },
    rules: { 'interleave/boundaries': 'error' },
  },
  {
    // In plain Node the import starts a download that blocks.
    ignores: ['main/electron/**', 'preload/**', 'test/electron-standin/**'],
    rules: { 'no-restricted-imports': ['error', { paths: ['electron'] }] },
  },
  {
    files: ['test/**'],
    rules: {
      // A test that assumes wrongly fails, which is what it is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Test bodies given to a framework or a page may be async without need.
      '@typescript-eslint/require-await': 'off',
    },
  },
)
