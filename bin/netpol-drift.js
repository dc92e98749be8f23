#!/usr/bin/env node
// The command that people type. It is written so that any Node since 12 can parse it, because its one
// duty besides starting the program is to tell the reader of an old Node, in one line, what to do.
// A checkout runs the sources directly; a packed install has no sources, and runs what was built of them.

'use strict';

var fs = require('fs');
var path = require('path');

var NEEDED_MAJOR = 24;

var source = path.join(__dirname, '..', 'src', 'main.ts');
var isCheckout = fs.existsSync(source);

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  process.stderr.write(oldNodeLine());
  process.exitCode = 2;
} else if (isCheckout) {
  muteTypeStripping();
  void import('../src/main.ts');
} else {
  void import('../dist/main.js');
}

function oldNodeLine() {
  var remedy = isCheckout
    ? 'In this checkout `npm ci` installs one: run `npx netpol-drift`, or `npm start`.'
    : 'Install it from https://nodejs.org, or run `npx -p node@' + NEEDED_MAJOR + ' netpol-drift`.';
  var found = process.version + ' (' + process.execPath + ')';
  return 'netpol-drift needs Node ' + NEEDED_MAJOR + ' or newer, and this is ' + found + '. ' + remedy + '\n';
}

// Node 24.0 to 24.2 call type stripping experimental on stderr; every other warning is still shown.
function muteTypeStripping() {
  var emitWarning = process.emitWarning.bind(process);
  process.emitWarning = function (warning) {
    if (!String(warning).startsWith('Type Stripping')) emitWarning.apply(null, arguments);
  };
}
