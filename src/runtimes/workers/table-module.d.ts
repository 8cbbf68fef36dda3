/** A compiled table, as wrangler's `Data` rule bundles it. */
declare module '*.fib' {
  const table: ArrayBuffer
  export default table
}
