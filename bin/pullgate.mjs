#!/usr/bin/env node
// Runs the bundle, where this Node can: an older one could not even read it, and would say so in its own words.
const [major, minor] = process.versions.node.split('.').map(Number);
const isSupported = major > 22 || (major === 22 && minor >= 19);

if (isSupported) await import('../dist/main.js');
else {
  process.stderr.write(
    `pullgate: needs Node.js 24, or 22 from 22.19 on, and this is ${process.versions.node}; install a newer one from https://nodejs.org\n`,
  );
  process.exitCode = 2;
}
