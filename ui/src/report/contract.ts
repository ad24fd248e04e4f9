import type { RecordRow, Shapes } from '../app/contract';

export type Format = Edition['files'][number]['format'];
export type Edition = Shapes['edition'];

export type Section = Content['sections'][number];
export type SectionKind = Section['kind'];

export type Part = Record<string, unknown>;
export type Content = Shapes['report_content'];

export type Template = Shapes['template'];
export interface Report extends RecordRow { code: string; name_vi: string; name_en: string; unit: string; period: string; content: Content }
export interface Preview { unit: string; name: string; language: string; period: string; content: Content }
