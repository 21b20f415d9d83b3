export async function runTargets() {
  return [];
}
