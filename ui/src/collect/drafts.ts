/* Drafts on this device: they outlive a closed browser, a lost network and an expired session.  The server's copy is the one
 * that follows the person to another device; a draft leaves here when the server has it. */
import { type IDBPDatabase, openDB } from 'idb';
import type { Typed } from './grid';

export interface LocalDraft { owner: string; key: string; typed: Typed; at: number }

let opened: Promise<IDBPDatabase> | null = null;

function database(): Promise<IDBPDatabase> {
	opened ??= openDB('haidang-drafts', 1, {
		upgrade(db) {
			db.createObjectStore('drafts', { keyPath: ['owner', 'key'] }).createIndex('owner', 'owner');
		},
	});
	return opened;
}

/** Drafts belong to a person and a unit: a shared device must not mix them. */
export function ownerOf(login: string, unit: string): string {
	return `${login}@${unit}`;
}

export async function keepDrafts(drafts: LocalDraft[]): Promise<void> {
	const change = (await database()).transaction('drafts', 'readwrite');
	await Promise.all([...drafts.map((draft) => change.store.put(draft)), change.done]);
}

export async function dropDrafts(owner: string, keys: string[]): Promise<void> {
	const change = (await database()).transaction('drafts', 'readwrite');
	await Promise.all([...keys.map((key) => change.store.delete([owner, key])), change.done]);
}

export async function draftsOf(owner: string): Promise<LocalDraft[]> {
	return (await database()).getAllFromIndex('drafts', 'owner', owner) as Promise<LocalDraft[]>;
}
