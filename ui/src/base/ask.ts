/* A question that must be answered before anything goes on: await ask({ … }) → yes or no.  Asked in the shell's own dialog. */
export interface Question {
	title: string;
	text?: string;
	/** What pressing the button does, in a verb: "Thu hồi". */
	yes: string;
	/** It cannot be taken back. */
	grave?: boolean;
}

export interface Asked extends Question { answer: (yes: boolean) => void }

let asked: Asked | null = null;
const watchers = new Set<() => void>();

function put(next: Asked | null): void {
	asked = next;
	for (const watcher of watchers) watcher();
}

export function ask(question: Question): Promise<boolean> {
	asked?.answer(false);
	return new Promise((resolve) => put({
		...question,
		answer: (yes) => {
			put(null);
			resolve(yes);
		},
	}));
}

export function watchQuestion(watcher: () => void): () => void {
	watchers.add(watcher);
	return () => watchers.delete(watcher);
}

export function question(): Asked | null {
	return asked;
}
