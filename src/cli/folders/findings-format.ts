/** How findings are printed: for people, or for other programs. */
export const findingsFormats = ['text', 'json', 'sarif', 'github'] as const
export type FindingsFormat = (typeof findingsFormats)[number]
