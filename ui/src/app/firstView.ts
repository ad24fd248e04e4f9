/** The view that first.ts drew gives way: what it showed, and more, is on the screen now. */
export function endFirstView(): void {
	document.getElementById('first')?.remove();
}

/** Whatever the program shows in its place, a refusal too. */
export function onceDrawn(root: Element, then: () => void): void {
	const look = () => {
		if (root.querySelector('h1, [role=alert]')) then();
		else requestAnimationFrame(look);
	};
	if (document.getElementById('first')) look();
}
