// Speaks the part of solc's command line that forge uses. All sources come inside the JSON, so no file is read.
'use strict';
const fs = require('node:fs');

// A pipe may be full or empty for the moment (EAGAIN); both loops wait for the other side and go on.
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);

function readAll(fd) {
  const chunks = [];
  const buffer = Buffer.alloc(1 << 16);
  for (;;) {
    let count;
    try {
      count = fs.readSync(fd, buffer, 0, buffer.length, null);
    } catch (e) {
      if (e.code === 'EOF') break;
      if (e.code !== 'EAGAIN') throw e;
      pause();
      continue;
    }
    if (count === 0) break;
    chunks.push(Buffer.from(buffer.subarray(0, count)));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function writeAll(fd, text) {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (e) {
      if (e.code !== 'EAGAIN') throw e;
      pause();
    }
  }
}

const args = process.argv.slice(2);
if (args.includes('--version')) {
  writeAll(1, `solc, the solidity compiler commandline interface\nVersion: ${require('solc').version()}\n`);
} else if (args.includes('--standard-json')) {
  const input = readAll(0);
  writeAll(1, require('solc').compile(input));
} else {
  writeAll(2, `solcjs: only --version and --standard-json are known, not: ${args.join(' ')}\n`);
  process.exitCode = 1;
}
