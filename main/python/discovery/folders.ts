/** Folders in which installers and version managers put interpreters, each with its documentation's names. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What of a machine decides where its interpreters are; the real one's, or a test's. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<NodeJS.ProcessEnv>
  readonly home: string
  /** What a command prints, '' when it fails: the Windows launcher and registry. */
  output(command: string, args: readonly string[]): Promise<string>
}

export interface Folder {
  readonly folder: string
  readonly foundBy: string
}

/** A folder with one folder for each interpreter. */
interface Versions {
  readonly root: string
  readonly foundBy: string
  /** Within an interpreter's folder; absent: `bin`, and on Windows the folder itself. */
  readonly inside?: readonly string[]
  /** Absent: all. */
  readonly named?: RegExp
}

/** Folders that really are there come out of this, as far as those of versions go. */
export async function versionFolders(surroundings: Surroundings): Promise<readonly Folder[]> {
  const isWindows = surroundings.platform === 'win32'
  const bin = isWindows ? ['', 'Scripts'] : ['bin']
  const lists = await Promise.all(
    versionRoots(surroundings).map(async ({ root, foundBy, inside = bin, named = /^[^.]/ }) => {
      const versions = (await readdir(root).catch(() => [])).filter((name) => named.test(name))
      // Numbers as numbers, the newest first: 3.9 is older than 3.13.
      versions.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
      return versions.flatMap((version) =>
        inside.map((part) => ({ folder: join(root, version, part), foundBy })),
      )
    }),
  )
  const condaBases = condaRoots(surroundings).flatMap((root) =>
    bin.map((part) => ({ folder: join(root, part), foundBy: 'conda' })),
  )
  return [...lists.flat(), ...condaBases]
}

function versionRoots(surroundings: Surroundings): readonly Versions[] {
  const { platform, environment, home } = surroundings
  const chosen = (variable: string, usual: string): string => {
    const value = environment[variable] ?? ''
    return value === '' ? usual : value
  }
  const data = chosen('XDG_DATA_HOME', join(home, '.local', 'share'))
  const roaming = chosen('APPDATA', join(home, 'AppData', 'Roaming'))
  const local = chosen('LOCALAPPDATA', join(home, 'AppData', 'Local'))
  const isWindows = platform === 'win32'
  const pyenv = isWindows
    ? join(chosen('PYENV', join(home, '.pyenv', 'pyenv-win')), 'versions')
    : join(chosen('PYENV_ROOT', join(home, '.pyenv')), 'versions')
  const uv = join(isWindows ? roaming : data, 'uv', 'python')
  return [
    { root: pyenv, foundBy: 'pyenv' },
    { root: chosen('UV_PYTHON_INSTALL_DIR', uv), foundBy: 'uv' },
    ...condaRoots(surroundings).map((root) => ({ root: join(root, 'envs'), foundBy: 'conda' })),
    {
      root: join(
        chosen('MISE_DATA_DIR', join(isWindows ? local : data, 'mise')),
        ...['installs', 'python'],
      ),
      foundBy: 'mise',
    },
    {
      root: join(chosen('ASDF_DATA_DIR', join(home, '.asdf')), 'installs', 'python'),
      foundBy: 'asdf',
    },
    {
      root: join(chosen('RYE_HOME', join(home, '.rye')), 'py'),
      foundBy: 'rye',
      // Older ones have everything in `install`.
      inside: isWindows ? ['', 'install'] : ['bin', join('install', 'bin')],
    },
    ...(platform === 'darwin' ? macRoots() : []),
    ...(isWindows ? [] : brewRoots()),
  ]
}

function macRoots(): readonly Versions[] {
  const frameworks = ['Python', 'PythonT'].map((name) => ({
    root: `/Library/Frameworks/${name}.framework/Versions`,
    foundBy: 'framework',
  }))
  const tools = [
    { root: '/Library/Developer', named: /^CommandLineTools$/, inside: ['usr/bin'] },
    { root: '/Applications', named: /^Xcode.*\.app$/, inside: ['Contents/Developer/usr/bin'] },
  ].map((each) => ({ ...each, foundBy: 'Xcode' }))
  return [...frameworks, ...tools]
}

const brewRoots = (): readonly Versions[] =>
  ['/opt/homebrew/opt', '/usr/local/opt', '/home/linuxbrew/.linuxbrew/opt'].map((root) => ({
    root,
    foundBy: 'Homebrew',
    named: /^(python(@3\.\d+|-freethreading)?|pypy3(\.\d+)?|graalpy)$/,
  }))

/** Base installations of conda, mamba and micromamba, each with its environments in `envs`. */
function condaRoots({ platform, environment, home }: Surroundings): readonly string[] {
  const named = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba']
  const parents = platform === 'win32' ? [home, environment['ProgramData'] ?? ''] : [home, '/opt']
  return [
    environment['MAMBA_ROOT_PREFIX'] ?? '',
    environment['CONDA_PREFIX'] ?? '',
    ...parents
      .filter((parent) => parent !== '')
      .flatMap((parent) => named.map((name) => join(parent, name))),
  ].filter((root) => root !== '')
}
