/** One file of the routes folder as it lies on disk. */
export interface SourceFile {
  /** Relative to the folder that was read, or as the operator would name it; with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Whether it holds mesh settings instead of resources; where it is not said, `mesh.yaml` without a folder does. */
  readonly isMesh?: boolean
}
