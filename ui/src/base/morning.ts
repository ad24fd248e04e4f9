/* The leader's last summary, kept on his device so that it can be read without a network.  Erased when he signs out. */
import type { Exceptions } from '../app/contract';
import { recall, remember } from './storage';

const name = 'morning';

export function keepMorning(summary: Exceptions): void {
	remember(name, JSON.stringify(summary));
}

export function lastMorning(): Exceptions | null {
	try {
		const kept = JSON.parse(recall(name) || 'null') as Exceptions | null;
		return Array.isArray(kept?.items) && typeof kept.now === 'string' ? kept : null;
	} catch {
		return null;
	}
}

export function forgetMorning(): void {
	remember(name, '');
}
