// How conditions get into a tree: compiled functions.
#pragma once

#include "lightdash/sql/choices.hpp"
#include "lightdash/sql/comparison.hpp"
#include "lightdash/sql/reference.hpp"

#include <concepts>
#include <string_view>

namespace lightdash::sql::detail {

enum class link : unsigned char { and_, or_, and_not, or_not };

void compare(fragment& to, link how, const reference& left, comparison op, const operand& right);
void compare_columns(fragment& to, link how, const reference& left, comparison op, const reference& right);
void test_null(fragment& to, link how, const reference& column, bool null);
void test_between(fragment& to, link how, const reference& column, const operand& low, const operand& high,
                  bool inside);
void test_in(fragment& to, link how, const reference& column, const choices& list, bool inside);
void test_exists(fragment& to, link how, const expression& rows, bool found);
void test(fragment& to, link how, const expression& condition);
void test(fragment& to, link how, bool constant);
void test_json_path(fragment& to, link how, const reference& column, std::string_view path, comparison op,
                    const operand& value);
void test_json_paths(fragment& to, link how, const reference& left, std::string_view left_path, const reference& right,
                     std::string_view right_path);

} // namespace lightdash::sql::detail
