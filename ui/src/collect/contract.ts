/* Answers of collect/, as the server describes them. */
import type { Answer, Shapes } from '../app/contract';

export type Finding = Shapes['finding'];
export type RowStatus = DeliveryRow['status'];
export type DeliveryRow = Shapes['delivery_row'];
export type Receipt = Shapes['receipt'];
export type Delivery = Shapes['delivery'];
export type Delivered = Shapes['delivered'];

export type NewFigure = Shapes['new_figure'];
export interface NewDelivery { figures: NewFigure[]; source?: 'form'; note?: string }


/** typed_seconds: for one figure typed by hand; null before measured_least deliveries were measured. */
export type Effort = Answer<'/api/v1/effort'>;
export type WayEffort = Effort['ways'][number];

/* -- the grid -- */
export type PastValue = Shapes['past_value'];
export type GridFigure = Shapes['figure'];
/** A figure that waits for a decision, with what came before. */
export type WaitingFigure = Shapes['waiting_figure'];
export type GridRow = Shapes['grid_row'];
export type Grid = Shapes['grid'];
export interface Draft { unit: string; indicator: string; period: string; breakdown: string; value: string; remark: string }

/* -- files -- */
export type MappingColumn = Mapping['columns'][number];
/** Rows and columns count from 0 as in the file. */
export type Mapping = Shapes['mapping'];
export type Guess = Shapes['guess'];
export type Match = Shapes['match'];
export type Reason = Proposal['reasons'][number];
export type Skip = Proposal['skips'][number];
export type Proposal = Shapes['proposal'];
export type Sheet = Shapes['sheet'];
export type Waiting = Shapes['waiting'];
export type Remembered = Shapes['remembered'];
