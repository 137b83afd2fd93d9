// What is asked of a warehouse, made of what was asked of the API.
#pragma once

#include "modules/explores/service.hpp"
#include "modules/queries/model.hpp"

#include <string>

namespace lightdash::queries {

question question_of(const sql_query& asked);
// A compiled metric query, of which `metric_query` is the text.
question question_of(explores::compiled made, std::string explore_name, std::string metric_query);

} // namespace lightdash::queries
