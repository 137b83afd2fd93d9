// Values as literals: PostgreSQL's parser reads the same value again.
#include "fuzz/postgres_parser.hpp"
#include "lightdash/sql/select.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fuzzer/FuzzedDataProvider.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace lightdash::fuzz {
namespace {

using boost::json::value;

const value* member(const value& of, std::string_view key)
{
    return of.is_object() ? of.as_object().if_contains(key) : nullptr;
}

// What a constant of this statement says: digits, the text itself, true. Casts are left out.
std::string constant(const value& expression, const std::string& sql)
{
    if (const auto* cast = member(expression, "TypeCast"))
        return constant(cast->at("arg"), sql);
    const auto* found = member(expression, "A_Const");
    if (!found)
        return "no constant: " + boost::json::serialize(expression);
    if (member(*found, "isnull"))
        return "null";
    // libpg_query's JSON leaves out what is empty, zero or negative.
    if (const auto* text = member(*found, "sval"))
        return member(*text, "sval") ? std::string{text->at("sval").as_string()} : std::string{};
    if (const auto* number = member(*found, "ival")) {
        const auto* positive = member(*number, "ival");
        const auto at = static_cast<std::size_t>(found->at("location").as_int64());
        return std::to_string(positive ? positive->as_int64() : std::strtoll(sql.c_str() + at, nullptr, 10));
    }
    if (const auto* digits = member(*found, "fval"))
        return std::string{digits->at("fval").as_string()};
    if (const auto* truth = member(*found, "boolval"))
        return member(*truth, "boolval") ? "true" : "false";
    return "another constant: " + boost::json::serialize(*found);
}

template <class T>
std::string written(const T& of)
{
    return sql::select(sql::value(of)).to_string();
}

value expression_of(const std::string& text)
{
    auto found = selected(text);
    if (!found)
        report("the literal is more than one expression", text, "");
    return *found;
}

template <class T>
void same(const T& of, const std::string& expected)
{
    const auto text = written(of);
    if (const auto read = constant(expression_of(text), text); read != expected)
        report("PostgreSQL reads another value: " + read, expected, text);
}

void same_number(double number)
{
    const auto text = written(number);
    const auto read = constant(expression_of(text), text);
    const double again = read == "Infinity" ? HUGE_VAL : std::strtod(read.c_str(), nullptr);
    if (std::bit_cast<std::uint64_t>(again) != std::bit_cast<std::uint64_t>(number) && !std::isnan(number) &&
        number != 0) // PostgreSQL's literals have no negative zero
        report("PostgreSQL reads another number: " + read, fmt::format("{}", number), text);
}

void same_texts(const std::vector<std::string>& of)
{
    const auto text = written(of);
    const auto expression = expression_of(text);
    const auto* cast = member(expression, "TypeCast");
    const auto* array = cast ? member(cast->at("arg"), "A_ArrayExpr") : nullptr;
    const auto* elements = array ? member(*array, "elements") : nullptr;
    if (of.empty())
        return;
    if (!elements || elements->as_array().size() != of.size())
        report("PostgreSQL reads another number of elements", "", text);
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (constant(elements->as_array()[i], text) != of[i])
            report("PostgreSQL reads another element", of[i], text);
    }
}

std::string legal_text(FuzzedDataProvider& from)
{
    auto text = from.ConsumeRandomLengthString(200);
    std::erase(text, '\0');
    return is_utf8(text) ? text : std::string{"not UTF-8"};
}

void fuzz_one(FuzzedDataProvider from)
{
    switch (from.ConsumeIntegralInRange(0, 7)) {
    case 0: {
        const auto text = legal_text(from);
        same(text, text);
        break;
    }
    case 1: {
        const auto number = from.ConsumeIntegral<std::int64_t>();
        same(number, std::to_string(number));
        break;
    }
    case 2:
        same_number(from.ConsumeFloatingPoint<double>());
        break;
    case 3: {
        const auto data = from.ConsumeRandomLengthString(200);
        std::string hex = "\\x";
        for (const char c : data)
            hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
        same(pg::bytes{data}, hex);
        break;
    }
    case 4: {
        const auto text = legal_text(from);
        same(pg::json_text{text}, text);
        break;
    }
    case 5: {
        const auto text = legal_text(from);
        same(sql::untyped{text}, text);
        break;
    }
    case 6: {
        std::vector<std::string> texts;
        while (from.remaining_bytes() > 0 && texts.size() < 20)
            texts.push_back(legal_text(from));
        same_texts(texts);
        break;
    }
    default: {
        const bool truth = from.ConsumeBool();
        same(truth, truth ? "true" : "false");
    }
    }
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    lightdash::fuzz::fuzz_one(FuzzedDataProvider{data, size});
    return 0;
}
