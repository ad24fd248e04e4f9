/* What this device remembers between visits.  A browser may refuse storage (private window): then it lasts as long as the page. */
const kept = new Map<string, string>();

export function recall(name: string): string | null {
	try {
		return localStorage.getItem(`haidang.${name}`) ?? kept.get(name) ?? null;
	} catch {
		return kept.get(name) ?? null;
	}
}

export function remember(name: string, value: string): void {
	kept.set(name, value);
	try {
		localStorage.setItem(`haidang.${name}`, value);
	} catch {
		// `kept` above holds it for this page.
	}
}
