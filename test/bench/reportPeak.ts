// Loaded into a process that is measured: at its end, tells the most memory that it ever held resident, in
// kilobytes, on file descriptor 3.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS));
});
