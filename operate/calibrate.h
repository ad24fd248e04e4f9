/* calibrate.h - a monotone map from what was said to what came of it, learned from pairs of both.
 *
 * Isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid, Silverman, "An empirical
 * distribution function for sampling with incomplete information", 1955; for the scores of a model:
 * Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002).
 * With little data the bare method overfits (Niculescu-Mizil and Caruana, "Predicting good probabilities
 * with supervised learning", 2005), most of all at its ends, where the first few decide.  So it begins with
 * CALIBRATE_DOUBT observations, spread evenly over all scores, that came exactly as said; and scores are
 * gathered from the lowest up into bins that hold CALIBRATE_EACH of what came and as many of what did not.
 * What then still falls is pooled.  Between the means of the bins, and on to (0, 0) and (1, 1), the map is a
 * straight line: it rises everywhere, so the order of scores stays; where much was observed it is what
 * was observed, and where nothing was it changes nothing. */
#pragma once
#include "base/base.h"

#define CALIBRATE_BUCKETS 256 /* scores nearer than this are not told apart while learning */
#define CALIBRATE_DOUBT 60
#define CALIBRATE_EACH 5

struct calibration {
	struct calibration_bucket {
		double weight, said, came; /* sums */
	} seen[CALIBRATE_BUCKETS];
	double weight; /* of all that was seen */
	size_t n;      /* points of the map, ends included; 0: calibration_fit() was not called */
	double said[CALIBRATE_BUCKETS + 2], came[CALIBRATE_BUCKETS + 2];
};
/* Begins all zero.  said: 0 to 1. */
void calibration_add(struct calibration *c, double said, bool came, double weight);
void calibration_fit(struct calibration *c); /* from all that was added */
double calibrated(const struct calibration *c, double said);
