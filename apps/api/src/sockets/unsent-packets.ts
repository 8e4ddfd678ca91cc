/** How much waits for the other side to read it. */
export function unsentPackets({ conn }: { readonly conn: object }): number {
  // Public at run time, though not in the types.
  return (conn as { writeBuffer: readonly unknown[] }).writeBuffer.length;
}
