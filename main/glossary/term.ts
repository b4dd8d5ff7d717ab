/** A word of the field, as it is used here. */
export interface Term {
  /** For links and the command line: `convoy-effect`. */
  readonly id: string
  readonly name: string
  /** Other words for it, as they stand in texts. */
  readonly also?: readonly string[]
  /** One plain paragraph. */
  readonly text: string
  /** Where a fact in it comes from: author, title, year. */
  readonly source?: string
  /** Demos that show it. */
  readonly demos?: readonly string[]
  /** Ids of terms that belong to it. */
  readonly see?: readonly string[]
}
