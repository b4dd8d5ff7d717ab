/** Of the .ilv format, as this program writes it; it reads all from 1 on. FORMAT.md has the changes. */
export const ILV_VERSION = 4
