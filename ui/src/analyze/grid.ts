/* Tiles on a grid of twelve columns: none lies over another, and no row is left empty above one. */
import type { Tile } from './contract';

export const columns = 12;
export const tallest = 24;
type Box = Pick<Tile, 'x' | 'y' | 'w' | 'h'>;

export function overlaps(a: Box, b: Box): boolean {
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function within(box: Box): Box {
	const w = Math.min(columns, Math.max(1, box.w));
	return { w, h: Math.min(tallest, Math.max(1, box.h)), x: Math.min(columns - w, Math.max(0, box.x)), y: Math.max(0, box.y) };
}

/** Everything falls up as far as it can, what is higher first; `first` keeps its place before others of its row. */
export function settle(tiles: Tile[], first = -1): Tile[] {
	const placed: Box[] = [];
	const result = [...tiles];
	const order = tiles.map((_, i) => i).sort((a, b) => (tiles[a]?.y ?? 0) - (tiles[b]?.y ?? 0) || Number(b === first) - Number(a === first) || (tiles[a]?.x ?? 0) - (tiles[b]?.x ?? 0));
	for (const i of order) {
		const tile = tiles[i];
		if (!tile) continue;
		let y = 0;
		while (placed.some((other) => overlaps({ ...tile, y }, other))) y++;
		const box = { ...tile, y };
		placed.push(box);
		result[i] = box;
	}
	return result;
}

/** A tile moved or resized; the others make room. */
export function arrange(tiles: Tile[], i: number, change: Partial<Box>): Tile[] {
	const tile = tiles[i];
	if (!tile) return tiles;
	const box = within({ ...tile, ...change });
	return settle(tiles.map((other, k) => (k === i ? { ...other, ...box } : other)), i);
}

/** A new tile below the others. */
export function append(tiles: Tile[], tile: Omit<Tile, 'x' | 'y'>): Tile[] {
	const y = Math.max(0, ...tiles.map((other) => other.y + other.h));
	return settle([...tiles, { ...tile, ...within({ x: 0, y, w: tile.w, h: tile.h }) }]);
}
