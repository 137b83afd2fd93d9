#include "lightdash/migrate/inside_only.hpp"

#include "lightdash/migrate/statement_effects.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace lightdash::migrate {

namespace {

class filter {
public:
    std::vector<migration_statement> kept(const migration& from, const std::vector<migration_statement>& statements)
    {
        std::vector<migration_statement> inside;
        for (const auto& one : statements) {
            const auto effects = effects_of(one.text, outside_routines_);
            if (!effects.outside_routine.empty())
                outside_routines_.insert(effects.outside_routine);
            if (effects.outside.empty()) {
                inside.push_back(one);
                continue;
            }
            auto place = one.line > 0 ? fmt::format("{}:{}", from.file, one.line) : from.file;
            left_out.push_back({from.name, std::move(place), effects.outside, effects.outside_is_all});
        }
        if (inside.empty() && !statements.empty())
            inside.push_back({"select 1", statements.front().line});
        return inside;
    }

    std::vector<left_out_statement> left_out;

private:
    std::set<std::string> outside_routines_;
};

} // namespace

std::string to_string(const left_out_statement& one)
{
    return fmt::format("{}: not run on the scratch database, because {} changes more than the database it runs in{}.",
                       one.place, one.what, one.all_of_it ? "" : "; what else the statement does is missing there too");
}

inside_only without_outside_effects(const registry& known)
{
    inside_only made{registry{known.program_version()}, {}};
    filter statements;
    for (auto one : known.all()) {
        one.up = statements.kept(one, one.up);
        one.down = statements.kept(one, one.down);
        made.known.add(std::move(one));
    }
    made.left_out = std::move(statements.left_out);
    return made;
}

} // namespace lightdash::migrate
