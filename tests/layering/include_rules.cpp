#include "layering/include_rules.hpp"

#include <algorithm>
#include <vector>

namespace lightdash::layering {
namespace {

using names = std::vector<std::string_view>;

struct layer_rule {
    std::string_view layer;
    names uses; // itself aside
};

const std::vector<layer_rule> layers{
    {"core", {}},
    {"json", {"core"}},
    {"async", {"core"}},
    {"pg", {"core", "async"}},
    {"sql", {"core", "pg"}},
    {"migrate", {"core", "json", "async", "pg", "sql"}},
    {"http", {"core", "json", "async"}},
    {"api", {"core", "json", "async", "pg", "http"}},
    {"modules", {"core", "json", "async", "pg", "sql", "http", "api"}},
    {"ops", {"core", "json", "async", "pg", "sql"}},
    {"app", {"core", "json", "async", "pg", "sql", "migrate", "http", "api", "modules", "ops"}},
};

struct library_rule {
    std::string_view prefix;
    names folders; // where it may be included
    std::string_view legal;
};

const std::vector<library_rule> libraries{
    {"libpq", {"src/pg/wire/"}, "libpq stays in src/pg/wire: use its headers, outside of pg lightdash/pg"},
    {"postgresql/", {"src/pg/wire/"}, "libpq stays in src/pg/wire: use its headers, outside of pg lightdash/pg"},
    {"boost/beast", {"src/http/", "src/separate/", "tests/support/"}, "Beast stays in src/http: use lightdash/http"},
    {"boost/json",
     {"src/json/", "src/migrate/text/sql_tree", "src/separate/"}, // PostgreSQL's parser writes its trees as JSON
     "Boost.JSON stays in src/json: use lightdash/json/json.hpp"},
    {"pg_query", {"src/migrate/text/sql_tree"}, "PostgreSQL's parser stays in src/migrate/text/sql_tree.hpp"},
    {"boost/asio",
     {"src/async/", "src/pg/", "src/migrate/", "src/http/", "src/ops/", "src/app/", "src/separate/",
      "include/lightdash/async/", "include/lightdash/pg/", "include/lightdash/migrate/", "include/lightdash/http/",
      "include/lightdash/ops/", "include/lightdash/app/"},
     "core and sql do no I/O, slices and migrations leave it to the layers below: use lightdash/async"},
    {"spdlog/", {"src/core/"}, "use lightdash/core/log.hpp"},
    {"fmt/", {"src/", "migrations/"}, "fmt stays out of public headers: format in the .cpp"},
    {"sodium", {"src/"}, "libsodium stays out of public headers: use lightdash/core/{password,random_text,secret}.hpp"},
    {"curl/", {"src/modules/mail/smtp"}, "libcurl stays in src/modules/mail/smtp.cpp: mail goes through the outbox"},
    {"CLI/",
     {"src/app/cli/cli11.cpp"},
     "only src/app/cli/cli11.cpp includes CLI11: describe options as app/cli/option.hpp"},
    {"gtest/", {"tests/"}, "tests live in tests/"},
    {"gmock/", {"tests/"}, "tests live in tests/"},
};

struct rooms_rule {
    std::string_view inside; // of src
    names rooms;             // from the lowest: each uses what stands before it
};

// What stands beside the rooms is built of all of them, and its headers are for all of them.
const std::vector<rooms_rule> divided{
    {"pg/", {"wire", "codec", "sqlstate", "connection", "pool", "lane"}},
    {"sql/", {"text", "tree", "compiler", "builders", "schema"}},
    {"app/server/", {"workers", "telemetry", "probes"}},
};

// Decisions without I/O: whoever does what they say includes them, never the other way round.
const names pg_machines{"connection/exchange", "connection/connecting",
                        "connection/cleaning", "connection/statement_cache",
                        "pool/pool_plan",      "pool/retry",
                        "lane/lane_plan"};
const names pg_drivers{"connection/connection.hpp",
                       "connection/connection_impl.hpp",
                       "pool/pool.hpp",
                       "pool/pool_member.hpp",
                       "pool/pooled_connection.hpp",
                       "lane/lane.hpp",
                       "lane/lane_group.hpp",
                       "wire/libpq_wire.hpp",
                       "wire/libpq_connect.hpp"};

bool starts_with_any(std::string_view text, const names& prefixes)
{
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

std::string_view take_folder(std::string_view& path)
{
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos)
        return {};
    const std::string_view folder = path.substr(0, slash);
    path.remove_prefix(slash + 1);
    return folder;
}

const layer_rule* rule_of(std::string_view layer)
{
    const auto found = std::ranges::find(layers, layer, &layer_rule::layer);
    return found == layers.end() ? nullptr : &*found;
}

std::string joined(const names& parts)
{
    std::string text;
    for (const std::string_view part : parts)
        (text += text.empty() ? "" : ", ") += part;
    return text.empty() ? "nothing of the house" : text;
}

std::string fault_of_library(std::string_view file, std::string_view target)
{
    for (const library_rule& rule : libraries) {
        if (target.starts_with(rule.prefix) && !starts_with_any(file, rule.folders))
            return std::string{rule.legal};
    }
    return {};
}

// "modules/X": its own slice, `shared`, and what other slices show.
std::string fault_between_slices(std::string_view slice, std::string_view target)
{
    const std::string_view other = take_folder(target);
    if (slice.empty() && target == "routes.hpp") // slices.cpp, which lists them
        return {};
    if (other == slice || other == "shared" || target == "model.hpp" || target == "service.hpp")
        return {};
    if (other == "access" && target == "condition.hpp") // what every statement about content carries
        return {};
    return "of another slice only model.hpp and service.hpp: move what " + std::string{slice} + " needs into modules/" +
           std::string{other} + "/service.hpp";
}

std::string fault_in_sql(std::string_view target)
{
    static const names pure{"pg/statement.hpp", "pg/params.hpp", "pg/types.hpp", "pg/bound_statement.hpp"};
    if (!target.starts_with("pg/") || std::ranges::find(pure, target) != pure.end())
        return {};
    return "sql is pure text: of pg only statement.hpp, params.hpp, types.hpp and bound_statement.hpp";
}

// `target` without its "lightdash/".
std::string fault_between_layers(const layer_rule& from, std::string_view slice, std::string_view target)
{
    std::string_view rest = target;
    const std::string_view layer = take_folder(rest);
    if (layer != from.layer && std::ranges::find(from.uses, layer) == from.uses.end())
        return std::string{from.layer} + " may use " + joined(from.uses);
    if (from.layer == "sql")
        return fault_in_sql(target);
    if (from.layer == "modules" && layer == "modules")
        return fault_between_slices(slice, rest);
    return {};
}

// `path` and `target` without their "pg/".
std::string fault_of_machine(std::string_view path, std::string_view target)
{
    const auto machine = path.substr(0, path.rfind('.'));
    if (std::ranges::find(pg_machines, machine) == pg_machines.end() ||
        std::ranges::find(pg_drivers, target) == pg_drivers.end())
        return {};
    return std::string{machine} + " decides without I/O: hand it what it needs of " + std::string{target} +
           " as a value or an interface";
}

// `path` without its "src/".
std::string fault_between_rooms(std::string_view path, std::string_view target)
{
    for (const auto& [inside, rooms] : divided) {
        if (!path.starts_with(inside) || !target.starts_with(inside))
            continue;
        std::string_view from_path = path.substr(inside.size()), to_path = target.substr(inside.size());
        const auto from = std::ranges::find(rooms, take_folder(from_path));
        const auto to = std::ranges::find(rooms, take_folder(to_path));
        if (from != rooms.end() && to != rooms.end() && to > from)
            return "src/" + std::string{inside}.append(*from) + " may use " + joined({rooms.begin(), from}) +
                   ": move what both need there, or call from " + std::string{*to};
    }
    return {};
}

std::string fault_of_migration(std::string_view target)
{
    std::string_view rest = target;
    const bool of_the_house = target.starts_with("lightdash/") || rule_of(take_folder(rest)) != nullptr;
    if (!of_the_house || target.starts_with("lightdash/migrate/") || target.starts_with("lightdash/sql/"))
        return {};
    return "a migration is frozen in time: only lightdash/migrate and lightdash/sql";
}

} // namespace

std::string fault_of(std::string_view file, std::string_view target)
{
    if (auto fault = fault_of_library(file, target); !fault.empty())
        return fault;
    if (file.starts_with("migrations/"))
        return fault_of_migration(target);

    std::string_view path = file;
    const bool is_public = path.starts_with("include/lightdash/");
    path.remove_prefix(is_public ? std::string_view{"include/lightdash/"}.size() : std::string_view{"src/"}.size());
    if (path == "main.cpp")
        return target.starts_with("lightdash/") && !target.starts_with("lightdash/app/") ? "main.cpp may use app" : "";
    const std::string_view layer = take_folder(path);
    if (layer == "separate")
        return target.starts_with("lightdash/") ? "src/separate compiles libraries: nothing of the house" : "";
    const layer_rule* rule = rule_of(layer);
    if (rule == nullptr)
        return "src and include/lightdash hold only the layers of the house: put the file into one of them";

    const std::string_view slice = layer == "modules" ? take_folder(path) : std::string_view{};
    if (target.starts_with("lightdash/"))
        return fault_between_layers(*rule, slice, target.substr(std::string_view{"lightdash/"}.size()));

    std::string_view rest = target;
    const std::string_view first = take_folder(rest);
    if (rule_of(first) == nullptr)
        return {};
    if (is_public)
        return "a public header includes public headers alone, as \"lightdash/…\"";
    if (first == "modules" && layer != "modules") // the slices' headers stand beside their sources
        return fault_between_layers(*rule, slice, target);
    if (first != layer)
        return "a private header belongs to its own layer: use a public one of lightdash/" + std::string{first};
    if (auto fault = layer == "pg" ? fault_of_machine(path, rest) : ""; !fault.empty())
        return fault;
    if (auto fault = fault_between_rooms(file.substr(std::string_view{"src/"}.size()), target); !fault.empty())
        return fault;
    return layer == "modules" ? fault_between_slices(slice, rest) : "";
}

} // namespace lightdash::layering
