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
      // `using _ = lock.hold()` is used by being there; `{ output: _, ...rest }` leaves it out.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreUsingDeclarations: true, ignoreRestSiblings: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `return send(answer)` says that this is the end.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Programs show their arguments as `type`, near Python's keyword arguments.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // It does not see that another thread, a callback or a message changes what is tested.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Methods of interfaces are closures here as often as not.
      '@typescript-eslint/unbound-method': 'off',
      // It asks for the `!` that no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    },
  },
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // `void version` is how an effect names what it depends on.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Bulk data is not reactive: columns and one version counter.
      'svelte/prefer-svelte-reactivity': 'off',
    },
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
      // What a stand-in or a fake need not do.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
)
