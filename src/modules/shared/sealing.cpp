#include "modules/shared/sealing.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash {

void sealing::require_key() const
{
    if (!keys.can_seal())
        throw error{error_kind::invalid_parameter,
                    "This server keeps no secrets, because LIGHTDASH_SECRET, which encrypts them, is not set. Whoever "
                    "operates it sets it to a long random text, and starts it again."};
}

std::string sealed_place(std::string_view table, const organization_id& organization, const uuid& row)
{
    return fmt::format("{}/{}/{}", table, organization.value.to_string(), row.to_string());
}

sealed_columns seal_text(const sealing& with, std::string_view text, std::string_view place)
{
    with.require_key();
    auto made = with.keys.seal(text, place);
    return {pg::bytes{std::move(made.bytes)}, std::move(made.key_id)};
}

std::optional<secret> open_text(const sealing& with, const sealed_columns& stored, std::string_view place)
{
    if (!stored.encrypted || !stored.key_id)
        return std::nullopt;
    if (!with.keys.knows(*stored.key_id))
        throw error{error_kind::invalid_parameter,
                    fmt::format("What is stored was encrypted with the key {}, which this server does not have. "
                                "Whoever operates it gives the secret of that key as LIGHTDASH_SECRET_PREVIOUS; or "
                                "give all that is secret again.",
                                *stored.key_id)};
    return with.keys.open({*stored.key_id, stored.encrypted->data}, place);
}

} // namespace lightdash
