// Speaks the batch protocol of `evaluate` on stdin and stdout, so that a fuzzer can hold our engine
// against Cilium's: a world {"id","policies","flows"} a line in, {"id","results","invalid"} a line out.
//
//   fuzz.py --tool "node test/conformance/batch.ts" --tool-batch --runs 1000
import { createInterface } from 'node:readline';
import { evaluateWorld, worldOf } from '../../src/cli/evaluate/world.ts';

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(evaluateWorld(worldOf(JSON.parse(line))))}\n`);
}
