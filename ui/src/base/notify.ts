/* A short word about what was done; it never carries what a person must not miss. */
export interface Notice {
	id?: string;
	tone?: 'good' | 'plain' | 'hand';
	title?: string;
	text: string;
	action?: { text: string; run: () => void };
}

export async function notify(notice: Notice): Promise<void> {
	const { show } = await import('./Toasts');
	show(notice);
}
