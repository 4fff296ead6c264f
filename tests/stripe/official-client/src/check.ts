// Counts what holds and what does not; prints each check and a summary as the last line.
// It must never stop at the first failure: one run should tell everything.

let passed = 0;
let failed = 0;

/** Runs one named check; a thrown error is a failure. */
export async function check(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Prints the counts; answers the exit code. */
export function summary(): number {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
