#include "lightdash/pg/statement.hpp"

#include "pg/fnv1a.hpp"

namespace lightdash::pg {

statement::statement(sql_literal name, sql_literal text)
    : statement(unchecked{}, std::string{name.text()}, std::string{text.text()})
{}

statement::statement(unchecked, std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), hash_(fnv1a{}.add(text_).value())
{}

statement statement::trusted(std::string name, std::string text, row_format rows)
{
    statement made{unchecked{}, std::move(name), std::move(text)};
    made.rows_ = rows;
    return made;
}

} // namespace lightdash::pg
