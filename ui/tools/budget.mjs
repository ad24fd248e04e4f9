// What the home page costs before anything is clicked: every script that index.html and the home screen pull in, gzipped.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const most = 200_000;
const dist = new URL('../dist/', import.meta.url);
const build = JSON.parse(readFileSync(new URL('build.json', dist)));
const seen = new Map();

function take(name) {
	const part = build[name];
	if (!part) throw new Error(`${name} is not in the build`);
	if (seen.has(part.file)) return;
	seen.set(part.file, gzipSync(readFileSync(new URL(part.file, dist)), { level: 9 }).length);
	for (const other of part.imports ?? []) take(other);
}

for (const name of ['index.html', 'src/operate/Home.tsx', 'src/app/vi.json', 'src/base/vi.json', 'src/operate/vi.json']) take(name);
const total = [...seen.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of [...seen].sort((a, b) => b[1] - a[1])) if (size > 4000) console.log(`${String(size).padStart(8)}  ${file}`);
console.log(`home page: ${total} bytes of JavaScript (gzip), at most ${most}`);
if (total > most) process.exit(1);
