import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { recall, remember } from '../base/storage';

function read(otherwise: MantineColorScheme): MantineColorScheme {
	const kept = recall('scheme');
	return kept === 'light' || kept === 'dark' || kept === 'auto' ? kept : otherwise;
}

let unwatch: (() => void) | undefined;

/** Light, dark or as the device says; the same name in storage that public/first.js reads before the first paint. */
export const schemes: MantineColorSchemeManager = {
	get: read,
	set: (scheme) => remember('scheme', scheme),
	subscribe(onUpdate) {
		const heard = (event: StorageEvent) => {
			if (event.key === 'haidang.scheme') onUpdate(read('auto'));
		};
		addEventListener('storage', heard);
		unwatch = () => removeEventListener('storage', heard);
	},
	unsubscribe: () => unwatch?.(),
	clear: () => remember('scheme', 'auto'),
};
