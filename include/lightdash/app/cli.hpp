// The command line: one binary for the server and the operator.
#pragma once

namespace lightdash::app {

// Runs one command and returns the process's exit code: 0 done or nothing to do, 1 anything else, 2 usage, 3 failed and
// rolled back, 4 lock not had in time, 5 history and files disagree, 7 database unreachable, 130 interrupted.
int run_cli(int argc, char** argv);

} // namespace lightdash::app
