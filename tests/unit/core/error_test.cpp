// What an error answers.
#include "lightdash/core/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>
#include <utility>

namespace lightdash {
namespace {

constexpr std::size_t kinds = static_cast<std::size_t>(error_kind::internal) + 1;

error_kind kind_at(std::size_t index)
{
    return static_cast<error_kind>(index);
}

TEST(Error, NamesEachKindAsItsEnumerator)
{
    const std::pair<error_kind, const char*> samples[] = {
        {error_kind::invalid_parameter, "invalid_parameter"},
        {error_kind::forbidden, "forbidden"},
        {error_kind::in_use, "in_use"},
        {error_kind::rate_limited, "rate_limited"},
        {error_kind::deadline_exceeded, "deadline_exceeded"},
        {error_kind::database_unavailable, "database_unavailable"},
        {error_kind::unique_violation, "unique_violation"},
        {error_kind::statement_invalidated, "statement_invalidated"},
        {error_kind::commit_in_doubt, "commit_in_doubt"},
        {error_kind::database_error, "database_error"},
        {error_kind::usage, "usage"},
        {error_kind::internal, "internal"},
    };
    for (const auto& [kind, name] : samples)
        EXPECT_EQ(to_string(kind), name);
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kinds; ++i)
        names.insert(to_string(kind_at(i)));
    EXPECT_EQ(names.size(), kinds);
    EXPECT_EQ(to_string(kind_at(200)), "internal");
}

TEST(Error, IsRetryableOnlyWhereNothingWasCommitted)
{
    const std::set<error_kind> retryable{error_kind::serialization_failure, error_kind::statement_invalidated};
    for (std::size_t i = 0; i < kinds; ++i)
        EXPECT_EQ(error(kind_at(i), "").retryable(), retryable.contains(kind_at(i))) << to_string(kind_at(i));
}

TEST(Error, OfAConnectionThatBrokeUnderUsIsRetryableOfARefusedOneNot)
{
    const error refused{error_kind::database_unavailable, "no"};
    EXPECT_FALSE(refused.retryable());
    EXPECT_TRUE(refused.with_poisoned_connection().retryable());
    EXPECT_TRUE(refused.with_poisoned_connection().poisons_connection());
}

TEST(Error, InDoubtIsNeverRetryable)
{
    const error e = error{error_kind::commit_in_doubt, "nobody knows"}.with_poisoned_connection();
    EXPECT_TRUE(e.in_doubt());
    EXPECT_FALSE(e.retryable());
    EXPECT_FALSE(error(error_kind::serialization_failure, "").in_doubt());
}

TEST(Error, KnowsWhenTheServiceRefused)
{
    const std::set<error_kind> unavailable{error_kind::database_unavailable,
                                           error_kind::pool_saturated,
                                           error_kind::overloaded,
                                           error_kind::not_ready,
                                           error_kind::read_only,
                                           error_kind::resource_exhausted};
    for (std::size_t i = 0; i < kinds; ++i)
        EXPECT_EQ(error(kind_at(i), "").service_unavailable(), unavailable.contains(kind_at(i)))
            << to_string(kind_at(i));
}

TEST(Error, IsChangedByCopyAndKeepsWhatItHad)
{
    const error plain{error_kind::unique_violation, "The name is taken"};
    const error full = plain.with_database({.sqlstate = "23505", .constraint = "idx_name"})
                           .with_fields({{"/name", "is taken"}})
                           .with_detail("for the log")
                           .with_retry_after(std::chrono::seconds{3});
    EXPECT_EQ(plain.database(), nullptr);
    EXPECT_EQ(plain.sqlstate(), "");
    EXPECT_EQ(plain.constraint(), "");
    EXPECT_TRUE(plain.fields().empty());
    EXPECT_EQ(plain.retry_after().count(), 0);

    EXPECT_EQ(full.kind(), error_kind::unique_violation);
    EXPECT_STREQ(full.what(), "The name is taken");
    EXPECT_EQ(full.sqlstate(), "23505");
    EXPECT_EQ(full.constraint(), "idx_name");
    ASSERT_EQ(full.fields().size(), 1U);
    EXPECT_EQ(full.fields().front().pointer, "/name");
    EXPECT_EQ(full.detail(), "for the log");
    EXPECT_EQ(full.retry_after().count(), 3);
}

TEST(Error, IsCopiedWithoutThrowing)
{
    static_assert(std::is_nothrow_copy_constructible_v<error>);
    const error original{error_kind::internal, "once"};
    EXPECT_EQ(error(original).message().data(), original.message().data());
}

TEST(Error, KeepsWhichWayAConnectionFailed)
{
    const error plain{error_kind::configuration, "The database refused the password."};
    EXPECT_EQ(plain.connect_fault(), connect_fault::none);
    const auto told = plain.with_connect_fault(connect_fault::wrong_password).with_detail("28P01");
    EXPECT_EQ(told.connect_fault(), connect_fault::wrong_password);
    EXPECT_EQ(plain.connect_fault(), connect_fault::none);
}

} // namespace
} // namespace lightdash
