#include "http/request/request_builder.hpp"

#include "http/request/target_text.hpp"

namespace lightdash::http {

void request_builder::clear()
{
    into_.verb_ = method::other;
    into_.target_ = into_.path_ = into_.query_ = into_.body_ = {};
    into_.headers_.clear();
    clear_path_parameters();
    into_.client_ = {};
    into_.answer_fields_.clear();
    into_.id_.clear();
    into_.deadline_ = deadline::never();
    into_.identity_.reset();
    into_.parsing_.reset();
    into_.parsed_.reset();
    auto& account = into_.account_;
    account.statements = 0;
    account.rows = 0;
    account.database_time = account.pool_wait = {};
    account.route = {};
    account.error_name.clear();
    account.error_detail.clear();
}

void request_builder::line(method verb, std::string_view target, std::string_view path, std::string_view query) noexcept
{
    into_.verb_ = verb;
    into_.target_ = target;
    into_.path_ = path;
    into_.query_ = query;
}

void request_builder::clear_path_parameters()
{
    into_.path_parameters_.clear();
    into_.decoded_.clear();
}

bool request_builder::add_path_parameter(std::string_view name, std::string_view value)
{
    if (value.find('%') == std::string_view::npos) {
        into_.path_parameters_.emplace_back(name, value);
        return true;
    }
    into_.decoded_.reserve(into_.path_.size()); // decoding only shrinks: no view into it is ever moved
    const auto at = into_.decoded_.size();
    if (!text::percent_decode(value, false, into_.decoded_))
        return false;
    into_.path_parameters_.emplace_back(name, std::string_view{into_.decoded_}.substr(at));
    return true;
}

} // namespace lightdash::http
