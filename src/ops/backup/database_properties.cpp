#include "lightdash/ops/database_properties.hpp"

#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lightdash::ops {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

struct database_row {
    std::string encoding, provider, collate, ctype;
    std::optional<std::string> locale, icu_rules;
    std::string owner, tablespace;
    std::optional<std::string> comment;
    std::int32_t connection_limit;
    bool is_template, default_grants;
};
LIGHTDASH_DESCRIBE(database_row, encoding, provider, collate, ctype, locale, icu_rules, owner, tablespace, comment,
                   connection_limit, is_template, default_grants)

// Settings whose value is a list of names, each quoted by itself: PostgreSQL's GUC_LIST_QUOTE, which no catalog shows
// (src/bin/pg_dump/dumputils.c has the same list).
bool is_list(std::string_view setting)
{
    static constexpr std::array<std::string_view, 6> lists{"local_preload_libraries",   "search_path",
                                                           "session_preload_libraries", "shared_preload_libraries",
                                                           "temp_tablespaces",          "unix_socket_directories"};
    return std::ranges::find(lists, setting) != lists.end();
}

// `"$user", public` as '$user', 'public'
std::string quoted_list(std::string_view value)
{
    std::string text;
    for (std::size_t at = 0; at < value.size();) {
        std::string element;
        if (value[at] == ' ' || value[at] == ',') {
            ++at;
            continue;
        }
        if (value[at] != '"') {
            const auto end = std::min(value.find(',', at), value.size());
            element = value.substr(at, end - at);
            element.erase(element.find_last_not_of(' ') + 1);
            at = end;
        } else {
            for (++at; at < value.size(); ++at) {
                if (value[at] == '"' && (at + 1 == value.size() || value[at + 1] != '"'))
                    break;
                at += value[at] == '"';
                element += value[at];
            }
            ++at;
        }
        (text += text.empty() ? "" : ", ") += quote_literal(element);
    }
    return text.empty() ? "''" : text;
}

property_step setting_step(const std::string& name, const database_setting& one)
{
    const auto whose =
        one.role ? fmt::format("alter role {} in database {}", quote_identifier(*one.role), quote_identifier(name))
                 : fmt::format("alter database {}", quote_identifier(name));
    return {fmt::format("{} set {} to {}", whose, sql::quote_qualified(one.name),
                        is_list(one.name) ? quoted_list(one.value) : quote_literal(one.value)),
            fmt::format("the setting {} = {}{}", one.name, one.value, one.role ? " of the role " + *one.role : "")};
}

// One statement per role, as long as the privileges come with the same right to pass them on.
void add_grants(std::vector<property_step>& steps, const std::string& name, const database_properties& wanted)
{
    const auto database = quote_identifier(name);
    // What the owner holds by default may have been revoked too.
    for (const auto& role : {std::string{"public"}, quote_identifier(wanted.owner)})
        steps.push_back({fmt::format("revoke all on database {} from {}", database, role),
                         fmt::format("that {} has no more rights than the backup says", role)});
    for (auto one = wanted.grants->begin(); one != wanted.grants->end();) {
        std::string privileges;
        const auto first = one;
        for (; one != wanted.grants->end() && one->role == first->role && one->grantable == first->grantable; ++one)
            (privileges += privileges.empty() ? "" : ", ") += one->privilege;
        steps.push_back({fmt::format("grant {} on database {} to {}{}", privileges, database,
                                     first->role ? quote_identifier(*first->role) : "public",
                                     first->grantable ? " with grant option" : ""),
                         fmt::format("the grant of {} to {}", privileges, first->role.value_or("public"))});
    }
}

} // namespace

task<database_properties> properties_of(pg::session& db, std::string database)
{
    // Through JSON, because the columns of locales differ from version to version.
    static const pg::statement facts{
        "database.properties",
        "select pg_encoding_to_char(d.encoding)::text as encoding, case to_jsonb(d) ->> 'datlocprovider' "
        "when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as provider, "
        "d.datcollate::text as collate, d.datctype::text as ctype, "
        "coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale, "
        "to_jsonb(d) ->> 'daticurules' as icu_rules, pg_get_userbyid(d.datdba)::text as owner, "
        "t.spcname::text as tablespace, shobj_description(d.oid, 'pg_database') as comment, "
        "d.datconnlimit as connection_limit, d.datistemplate as is_template, d.datacl is null as default_grants "
        "from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = $1"};
    static const pg::statement settings{
        "database.settings",
        "select r.rolname::text as role, split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value "
        "from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) with ordinality "
        "u (one, place) where s.setdatabase = (select oid from pg_database where datname = $1) "
        "and (s.setrole = 0 or r.oid is not null) order by role nulls first, place"};
    static const pg::statement grants{
        "database.grants", "select r.rolname::text as role, a.privilege_type::text as privilege, "
                           "a.is_grantable as grantable from pg_database d, aclexplode(d.datacl) with ordinality "
                           "a (grantor, grantee, privilege_type, is_grantable, place) "
                           "left join pg_roles r on r.oid = a.grantee where d.datname = $1 "
                           "and (a.grantee = 0 or r.oid is not null) order by a.place"};
    auto row = co_await db.one<database_row>(facts, database);
    database_properties made{row.encoding,
                             row.provider,
                             row.collate,
                             row.ctype,
                             row.locale,
                             row.icu_rules,
                             row.owner,
                             row.tablespace,
                             row.comment,
                             row.connection_limit,
                             row.is_template,
                             std::nullopt,
                             {}};
    made.settings = co_await db.all<database_setting>(settings, database);
    if (!row.default_grants)
        made.grants = co_await db.all<database_grant>(grants, database);
    co_return made;
}

std::string create_database_text(const std::string& name, const database_properties& like, int server_version,
                                 bool in_its_tablespace)
{
    auto text = fmt::format("create database {} template template0 encoding {} lc_collate {} lc_ctype {}",
                            quote_identifier(name), quote_literal(like.encoding), quote_literal(like.collate),
                            quote_literal(like.ctype));
    if (server_version >= 150000 || like.provider != "libc") // else there is but libc
        text += " locale_provider " + like.provider;
    if (like.locale)
        text += fmt::format(" {} {}", like.provider == "builtin" ? "builtin_locale" : "icu_locale",
                            quote_literal(*like.locale));
    if (like.icu_rules)
        text += " icu_rules " + quote_literal(*like.icu_rules);
    if (in_its_tablespace && like.tablespace != "pg_default")
        text += " tablespace " + quote_identifier(like.tablespace);
    return text;
}

std::vector<property_step> property_steps(const std::string& name, const database_properties& wanted, bool change_owner)
{
    const auto database = quote_identifier(name);
    std::vector<property_step> steps;
    if (change_owner)
        steps.push_back({fmt::format("alter database {} owner to {}", database, quote_identifier(wanted.owner)),
                         "the owner " + wanted.owner});
    if (wanted.grants)
        add_grants(steps, name, wanted);
    for (const auto& one : wanted.settings)
        steps.push_back(setting_step(name, one));
    if (wanted.comment)
        steps.push_back({fmt::format("comment on database {} is {}", database, quote_literal(*wanted.comment)),
                         "the comment on the database"});
    if (wanted.connection_limit != -1)
        steps.push_back({fmt::format("alter database {} connection limit {}", database, wanted.connection_limit),
                         fmt::format("the connection limit {}", wanted.connection_limit)});
    if (wanted.is_template)
        steps.push_back({fmt::format("alter database {} is_template true", database), "that it is a template"});
    return steps;
}

database_properties with_locale_of(database_properties all, const database_properties& other)
{
    all.encoding = other.encoding;
    all.provider = other.provider;
    all.collate = other.collate;
    all.ctype = other.ctype;
    all.locale = other.locale;
    all.icu_rules = other.icu_rules;
    return all;
}

database_properties without_roles(database_properties all)
{
    all.grants.reset();
    std::erase_if(all.settings, [](const auto& one) { return one.role.has_value(); });
    return all;
}

database_properties lacking(const database_properties& has, const database_properties& wanted)
{
    auto made = has;
    made.comment = has.comment ? std::nullopt : wanted.comment;
    made.connection_limit = has.connection_limit == -1 ? wanted.connection_limit : -1;
    made.grants = has.grants ? std::nullopt : wanted.grants;
    made.is_template = !has.is_template && wanted.is_template;
    made.settings.clear();
    for (const auto& one : wanted.settings)
        if (std::ranges::none_of(has.settings,
                                 [&](const auto& other) { return other.role == one.role && other.name == one.name; }))
            made.settings.push_back(one);
    return made;
}

database_properties filled(database_properties has, const database_properties& wanted)
{
    const auto more = lacking(has, wanted);
    if (!has.comment)
        has.comment = more.comment;
    if (has.connection_limit == -1)
        has.connection_limit = more.connection_limit;
    if (!has.grants)
        has.grants = more.grants;
    has.is_template = has.is_template || more.is_template;
    has.settings.insert(has.settings.end(), more.settings.begin(), more.settings.end());
    return has;
}

std::vector<std::string> property_differences(const database_properties& has, const database_properties& wanted)
{
    std::vector<std::string> texts;
    const auto compare = [&](std::string_view what, const std::string& here, const std::string& there) {
        if (here != there)
            texts.push_back(
                fmt::format("the {} {}, not {}", what, here.empty() ? "none" : here, there.empty() ? "none" : there));
    };
    compare("encoding", has.encoding, wanted.encoding);
    compare("locale provider", has.provider, wanted.provider);
    compare("collation", has.collate, wanted.collate);
    compare("character type", has.ctype, wanted.ctype);
    compare("locale", has.locale.value_or(""), wanted.locale.value_or(""));
    compare("owner", has.owner, wanted.owner);
    compare("tablespace", has.tablespace, wanted.tablespace);
    compare("comment", has.comment.value_or(""), wanted.comment.value_or(""));
    if (has.connection_limit != wanted.connection_limit)
        texts.push_back(fmt::format("the connection limit {}, not {}", has.connection_limit, wanted.connection_limit));
    if (has.grants != wanted.grants)
        texts.emplace_back("its own grants");
    for (const auto& one : has.settings)
        for (const auto& other : wanted.settings)
            if (other.role == one.role && other.name == one.name && other.value != one.value)
                texts.push_back(fmt::format("the setting {} = {}, not {}", one.name, one.value, other.value));
    return texts;
}

} // namespace lightdash::ops
