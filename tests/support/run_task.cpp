#include "support/run_task.hpp"
