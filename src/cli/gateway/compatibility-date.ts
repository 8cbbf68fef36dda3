/** The same as `compatibility_date` in wrangler.toml, so that what runs here is what is deployed; a test compares them. */
export const compatibilityDate = '2026-11-17'
