// A parameter whose value PostgreSQL's planner does not see: a page's size, a list's length.
#pragma once

// Seeing such a value, the planner finds a plan for just this one cheaper than its plan for all values (PostgreSQL
// manual, PREPARE, "Notes"), and plans at every execution: that took a third of a page's time in the database, and more
// than writing a dashboard with its tiles did.
#define LIGHTDASH_UNSEEN(parameter) "(select " parameter ")"
