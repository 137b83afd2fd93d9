// What the slices keep encrypted, and the keys for it, which belong to the process.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/core/sealed.hpp"
#include "lightdash/pg/types.hpp"
#include "modules/shared/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lightdash {

// The program's keys, which it gives to the routes.
struct sealing {
    const sealing_keys& keys;

    // Throws invalid_parameter with what an operator has to do when there is no key.
    void require_key() const;
};
template <>
inline constexpr bool api::is_given<sealing> = true;

// Two columns of a row.
struct sealed_columns {
    std::optional<pg::bytes> encrypted;
    std::optional<std::string> key_id;
};
LIGHTDASH_DESCRIBE(sealed_columns, encrypted, key_id)

// Where such columns are kept, and what they are sealed for: "warehouse_connections/ORGANIZATION/ID".
std::string sealed_place(std::string_view table, const organization_id& organization, const uuid& row);

sealed_columns seal_text(const sealing& with, std::string_view text, std::string_view place);
// Nothing when there is nothing. Throws invalid_parameter when the key is not here, internal as sealing_keys::open.
std::optional<secret> open_text(const sealing& with, const sealed_columns& stored, std::string_view place);

} // namespace lightdash
