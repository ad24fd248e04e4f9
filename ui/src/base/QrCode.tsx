import { useMemo } from 'react';
import { encode } from 'uqr';
import css from './QrCode.module.css';

/** A text for a phone's camera: dark on light in both colour schemes, or many phones cannot read it. */
export function QrCode({ text, label }: { text: string; label: string }) {
	const { size, path } = useMemo(() => {
		const code = encode(text, { ecc: 'M', border: 4 });
		const dark = code.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
		return { size: code.size, path: dark.join('') };
	}, [text]);
	return (
		<svg className={css.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
			<rect width={size} height={size} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	);
}
