import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useId, useState } from 'react';
import css from './FileDrop.module.css';

/** Drop a file or choose one; works with a keyboard because it is a file field. */
export function FileDrop({ accept, onFile, title, hint, disabled }: {
	accept: string; onFile: (file: File) => void; title: ReactNode; hint?: ReactNode; disabled?: boolean;
}) {
	const id = useId();
	const [over, setOver] = useState(false);
	const drop = (event: DragEvent) => {
		event.preventDefault();
		setOver(false);
		const file = event.dataTransfer.files[0];
		if (file && !disabled) onFile(file);
	};
	return (
		<div
			className={css.drop}
			data-over={over || undefined}
			onDragOver={(event) => {
				event.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={drop}
		>
			<input
				id={id}
				type="file"
				accept={accept}
				disabled={disabled}
				className={css.field}
				onChange={(event) => {
					const file = event.target.files?.[0];
					// The same file mended and chosen again must be heard.
					event.target.value = '';
					if (file) onFile(file);
				}}
			/>
			<label htmlFor={id}>
				<IconUpload size="2rem" stroke={1.4} aria-hidden />
				<strong>{title}</strong>
				{hint && <span>{hint}</span>}
			</label>
		</div>
	);
}
