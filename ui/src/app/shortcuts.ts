import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

type Layer = 'palette' | 'keys' | null;

function typing(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Second key after "g". */
export const goTo: Record<string, string> = { h: '/', i: '/indicators', n: '/entry', u: '/upload', d: '/approvals', r: '/registry', j: '/journal' };

/** Ctrl+K the palette, ? the list of keys, g then a letter goes to a screen. */
export function useShortcuts() {
	const [layer, setLayer] = useState<Layer>(null);
	const navigate = useNavigate();
	useEffect(() => {
		let after = 0;
		const pressed = (event: KeyboardEvent) => {
			if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
				event.preventDefault();
				setLayer('palette');
				return;
			}
			if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
			if (event.key === '?') setLayer('keys');
			else if (event.key === 'g') after = event.timeStamp;
			else if (after && event.timeStamp - after < 1500 && goTo[event.key]) {
				after = 0;
				void navigate({ to: goTo[event.key] as never });
			}
		};
		addEventListener('keydown', pressed);
		return () => removeEventListener('keydown', pressed);
	}, [navigate]);
	return { palette: layer === 'palette', keys: layer === 'keys', open: setLayer, close: () => setLayer(null) };
}
