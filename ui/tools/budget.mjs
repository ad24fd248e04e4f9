// What the home page costs before anything is clicked: every script that index.html pulls in, gzipped; the home screen
// and its Vietnamese texts are among them.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const most = 200_000;
const dist = new URL('../dist/', import.meta.url);
const build = JSON.parse(readFileSync(new URL('build.json', dist)));
const seen = new Map();

const imports = new Map(Object.values(build).map((part) => [part.file, (part.imports ?? []).map((name) => build[name].file)]));

function take(file) {
	if (seen.has(file)) return;
	seen.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
	for (const other of imports.get(file) ?? []) take(other);
}

for (const [, file] of readFileSync(new URL('index.html', dist), 'utf8').matchAll(/"\/([^"]+\.js)"/g)) take(file);
const total = [...seen.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of [...seen].sort((a, b) => b[1] - a[1])) if (size > 4000) console.log(`${String(size).padStart(8)}  ${file}`);
console.log(`home page: ${total} bytes of JavaScript (gzip), at most ${most}`);
if (total < 50_000) throw new Error('index.html does not name its scripts any more');
if (total > most) process.exit(1);
