/* worker.h - `haidang worker KIND`: what the re-executed binary does.  argv[0] is the KIND. */
#pragma once

/* Returns the exit code: 0 when the parent closed the control socket, 2 for an unknown kind. */
int collect_worker_main(int argc, char **argv);
