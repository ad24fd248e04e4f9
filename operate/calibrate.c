/* calibrate.c - bins, pooled until they rise. */
#include "operate/calibrate.h"

void calibration_add(struct calibration *c, double said, bool came, double weight)
{
	assert(said >= 0 && said <= 1 && weight > 0);
	size_t at = (size_t)(said * CALIBRATE_BUCKETS);
	struct calibration_bucket *b =
		&c->seen[at < CALIBRATE_BUCKETS ? at : CALIBRATE_BUCKETS - 1];
	b->weight += weight;
	b->said += weight * said;
	b->came += came ? weight : 0;
	c->weight += weight;
}

static void join(struct calibration_bucket *b, const struct calibration_bucket *more)
{
	b->weight += more->weight;
	b->said += more->said;
	b->came += more->came;
}

static struct calibration_bucket doubt(size_t bucket)
{
	double weight = (double)CALIBRATE_DOUBT / CALIBRATE_BUCKETS,
	       said = weight * ((double)bucket + 0.5) / CALIBRATE_BUCKETS;
	return (struct calibration_bucket){weight, said, said};
}

/* What is left above the last bin that is full belongs to it. */
static size_t gather(const struct calibration *c, struct calibration_bucket *ret)
{
	struct calibration_bucket open = {0};
	size_t n = 0;
	for (size_t i = 0; i < CALIBRATE_BUCKETS; i++) {
		struct calibration_bucket none = doubt(i);
		join(&open, &none);
		join(&open, &c->seen[i]);
		if (open.came < CALIBRATE_EACH || open.weight - open.came < CALIBRATE_EACH)
			continue;
		ret[n++] = open;
		open = (struct calibration_bucket){0};
	}
	if (n > 0)
		join(&ret[n - 1], &open);
	else
		ret[n++] = open;
	return n;
}

static bool falls(const struct calibration_bucket *a, const struct calibration_bucket *b)
{
	return a->came / a->weight >= b->came / b->weight;
}

static size_t pool(struct calibration_bucket *b, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		b[kept++] = b[i];
		for (; kept > 1 && falls(&b[kept - 2], &b[kept - 1]); kept--)
			join(&b[kept - 2], &b[kept - 1]);
	}
	return kept;
}

static void point(struct calibration *c, double said, double came)
{
	c->said[c->n] = said;
	c->came[c->n++] = came;
}

void calibration_fit(struct calibration *c)
{
	struct calibration_bucket bins[CALIBRATE_BUCKETS];
	size_t n = pool(bins, gather(c, bins));
	c->n = 0;
	point(c, 0, 0);
	for (size_t i = 0; i < n; i++)
		point(c, bins[i].said / bins[i].weight, bins[i].came / bins[i].weight);
	point(c, 1, 1);
}

double calibrated(const struct calibration *c, double said)
{
	assert(c->n >= 2);
	size_t i = 1;
	while (i + 1 < c->n && c->said[i] < said)
		i++;
	double part = (said - c->said[i - 1]) / (c->said[i] - c->said[i - 1]);
	return c->came[i - 1] + part * (c->came[i] - c->came[i - 1]);
}
