// SPDX-License-Identifier: EUPL-1.2
// Takes a job as one line of JSON, does it, and prints what came of it as one line of JSON.
import { createInterface } from 'node:readline';
import { call } from './client.js';
import { serve } from './server.js';

const lines = createInterface({ input: process.stdin });
lines.once('line', async (line) => {
  const job = JSON.parse(line);
  if (job.do === 'call') {
    console.log(JSON.stringify(await call(job)));
    process.exit(0);
  }
  await serve(job);
  console.log(JSON.stringify({ ready: true }));
  lines.on('close', () => process.exit(0));
});
