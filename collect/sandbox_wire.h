/* sandbox_wire.h - what parent and helper say to each other over the control socket; both are the
 * same binary. */
#pragma once
#include "base/base.h"

#define SANDBOX_CONTROL_FD 3
#define SANDBOX_EXIT_OUTPUT 70	/* the child's result did not fit */
#define SANDBOX_EXIT_CONFINE 71 /* the child could not be closed in, and did nothing */

/* The shadow of a sanitiser needs terabytes of address space: no limit can be set then. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANDBOX_SHADOWED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SHADOWED 1
#endif
#ifndef SANDBOX_SHADOWED
#define SANDBOX_SHADOWED 0
#endif

/* Carries two descriptors: the input, and the pipe for the output. */
struct sandbox_order {
	uint64_t memory, output;
	uint32_t cpu_seconds;
};
struct sandbox_done {
	int32_t status; /* as of waitpid() */
	int64_t rss;	/* bytes at the child's highest */
};
