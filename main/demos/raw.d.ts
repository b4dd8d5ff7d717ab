/** A file's text, put in by the build: the source that is shown is the source that runs. */
declare module '*?raw' {
  const text: string
  export default text
}
