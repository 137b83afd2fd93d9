// What rides with what: BEGIN and savepoint commands with the next statement, COMMIT with the last.
//
// No SET LOCAL of the remaining deadline rides along: in the same batch it cost 10 to 25 % of a short transaction. The
// pool cancels what runs past its deadline, off the loop, when the connection comes back; what this program lost sight
// of the server ends by itself, by limits of the session, or of each transaction behind a pooler.
#include "lightdash/pg/transaction.hpp"

#include "lightdash/pg/begin_again.hpp"
#include "lightdash/pg/held_commit.hpp"
#include "pg/pool/pool.hpp"
#include "pg/pool/pooled_connection.hpp"
#include "pg/pool/transaction_access.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace lightdash::pg {

namespace {

// Savepoints nest like brackets, so one name is enough: the server takes the innermost.
constexpr std::string_view savepoint_command = "SAVEPOINT s";
constexpr std::string_view release_command = "RELEASE SAVEPOINT s";
constexpr std::string_view rollback_to_command = "ROLLBACK TO SAVEPOINT s";

// Never READ WRITE: a standby refuses that with 0A000 before the first statement, and it would overrule an operator's
// default_transaction_read_only.
std::string_view begin_command(transaction_options options) noexcept
{
    switch (options.level) {
    case isolation::read_committed:
        return options.read_only ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                                 : "BEGIN ISOLATION LEVEL READ COMMITTED";
    case isolation::repeatable_read:
        return options.read_only ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                 : "BEGIN ISOLATION LEVEL REPEATABLE READ";
    case isolation::serializable:
        return options.read_only ? "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"
                                 : "BEGIN ISOLATION LEVEL SERIALIZABLE";
    }
    return "BEGIN";
}

error in_doubt(const char* because)
{
    return error{
        error_kind::commit_in_doubt,
        fmt::format("{} while COMMIT was on its way: nobody knows whether the transaction was committed.", because)}
        .with_poisoned_connection();
}

const error* failure_of_last(const batch& b) noexcept
{
    const auto& last = b.commands.back();
    return last.failure ? &*last.failure : nullptr;
}

// COMMIT of a failed transaction succeeds too, and says ROLLBACK.
void check_committed(const batch& b)
{
    const auto tag = b.commands.back().answer.command_tag();
    if (tag != "COMMIT")
        throw error{error_kind::database_error,
                    fmt::format("The transaction was not committed: the server answered {} to COMMIT.",
                                tag.empty() ? "nothing" : tag)};
}

} // namespace

struct transaction::state {
    enum class phase : unsigned char { open, failed, lost, finished };

    std::unique_ptr<pooled_connection> connection;
    std::shared_ptr<pool> home; // once it gave the connection back
    transaction_options options;
    deadline until;
    phase where = phase::open;
    bool begun = false;                  // something was sent
    bool held = false, asked = false;    // COMMIT waits for release_commit(), and was asked for meanwhile
    std::vector<std::string_view> ahead; // commands that travel before the next statement; literals

    state(std::unique_ptr<pooled_connection> c, transaction_options o, deadline u) : options(o), until(u)
    {
        take(std::move(c));
    }

    void take(std::unique_ptr<pooled_connection> lent);

    std::unique_ptr<batch> next_batch();
    void refuse_if_over(std::string_view what) const;
    task<void> run(std::unique_ptr<batch>& b);
    task<void> run_with_commit(std::unique_ptr<batch>& b);
    static void load(statement_batch& statements, batch& b);
    static void unload(batch& b, std::size_t first, statement_batch& statements);
    void over() noexcept;
};

void transaction::state::take(std::unique_ptr<pooled_connection> lent)
{
    connection = std::move(lent);
    connection->name_statements(options.prepared);
    connection->tell_notices(options.notices);
}

// With all that has to travel before the next statement.
std::unique_ptr<batch> transaction::state::next_batch()
{
    auto made = std::make_unique<batch>();
    if (!std::exchange(begun, true)) {
        made->commands.push_back(command::plain(begin_command(options)));
        if (const auto limits = connection->home().limits_of_transaction(); !limits.empty())
            made->commands.push_back(command::plain(limits));
    }
    for (const auto text : ahead)
        made->commands.push_back(command::plain(text));
    ahead.clear();
    return made;
}

void transaction::state::refuse_if_over(std::string_view what) const
{
    switch (where) {
    case phase::open:
        return;
    case phase::failed:
        throw error{error_kind::database_error,
                    fmt::format("{} was not sent: an earlier statement of this transaction failed, so that the server "
                                "refuses all others. Let the first error leave, or put what may fail in a savepoint.",
                                what)};
    case phase::lost:
        throw error{
            error_kind::database_error,
            fmt::format("{} was not sent: this transaction's connection was lost or its deadline passed.", what)};
    case phase::finished:
        throw error{error_kind::database_error,
                    fmt::format("{} was not sent: this transaction has been committed or rolled back already.", what)};
    }
}

// Throws the first refusal. Afterwards nothing but a rollback is possible.
task<void> transaction::state::run(std::unique_ptr<batch>& b)
{
    where = phase::lost; // unless it comes back
    measured_batch trip{*connection, b, until};
    co_await trip.answer();
    trip.check();
    if (const auto* refused = b->first_failure()) {
        where = phase::failed;
        throw error{*refused};
    }
    where = phase::open;
}

// The last command, or the Sync of an implicit transaction, commits.
task<void> transaction::state::run_with_commit(std::unique_ptr<batch>& b)
{
    where = phase::lost;
    std::exception_ptr failure;
    try {
        measured_batch trip{*connection, b, until};
        co_await trip.answer();
        trip.check();
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) {
        const auto* refused = b->first_failure();
        where = refused ? phase::failed : phase::finished;
        if (refused)
            throw error{*refused};
        co_return;
    }
    if (!b)
        throw in_doubt("The request ended or its deadline passed");
    if (const auto* refused = b->first_failure(); refused && refused != failure_of_last(*b))
        throw error{*refused}; // so that the server never came to the COMMIT
    if (b->sent)
        throw in_doubt("The connection broke");
    std::rethrow_exception(failure);
}

void transaction::state::load(statement_batch& statements, batch& b)
{
    for (auto& entry : statements.entries())
        b.commands.push_back(command::of(*entry.what, std::move(entry.values)));
}

void transaction::state::unload(batch& b, std::size_t first, statement_batch& statements)
{
    for (auto& entry : statements.entries())
        entry.answer = std::move(b.commands[first++].answer);
}

// The connection is of no more use to this transaction: somebody else may have it now.
void transaction::state::over() noexcept
{
    where = phase::finished;
    home = connection->home().shared_from_this();
    connection.reset();
}

transaction::transaction(std::unique_ptr<pooled_connection> connection, transaction_options options, deadline until)
    : state_(std::make_unique<state>(std::move(connection), options, until))
{}

transaction::transaction(transaction&&) noexcept = default;
transaction::~transaction() = default;

task<result> transaction::do_query(const statement& what, params values)
{
    auto& s = *state_;
    s.refuse_if_over(what.name());
    auto b = s.next_batch();
    b->commands.push_back(command::of(what, std::move(values)));
    co_await s.run(b);
    co_return std::move(b->commands.back().answer);
}

namespace {

// A failure while rows arrive fails the transaction too.
template <class Failed>
class transaction_row_source final : public row_source {
public:
    transaction_row_source(std::unique_ptr<row_source> rows, Failed failed) noexcept
        : rows_(std::move(rows)), failed_(failed)
    {}
    task<result> next() override
    {
        std::exception_ptr failure;
        try {
            co_return co_await rows_->next();
        } catch (...) {
            failure = std::current_exception();
        }
        failed_();
        std::rethrow_exception(failure);
    }

private:
    std::unique_ptr<row_source> rows_;
    Failed failed_;
};

} // namespace

task<std::unique_ptr<row_source>> transaction::do_stream(const statement& what, params values)
{
    auto& s = *state_;
    s.refuse_if_over(what.name());
    auto b = s.next_batch();
    b->commands.push_back(command::of(what, std::move(values)));
    s.connection->doing(what.name());
    auto rows = co_await s.connection->link().stream(std::move(b), s.until);
    auto failed = [&s] {
        s.where = s.connection->link().status() == connection::transaction_status::failed ? state::phase::failed
                                                                                          : state::phase::lost;
    };
    co_return std::make_unique<transaction_row_source<decltype(failed)>>(std::move(rows), failed);
}

task<void> transaction::do_send(statement_batch& statements)
{
    auto& s = *state_;
    if (statements.entries().empty())
        co_return;
    s.refuse_if_over(statements.entries().front().what->name());
    auto b = s.next_batch();
    const auto first = b->commands.size();
    s.load(statements, *b);
    co_await s.run(b);
    s.unload(*b, first, statements);
}

task<void> transaction::do_finish(statement_batch& statements)
{
    auto& s = *state_;
    if (statements.entries().empty()) {
        co_await commit();
        co_return;
    }
    if (s.held) {
        co_await do_send(statements);
        s.asked = true;
        co_return;
    }
    s.refuse_if_over(statements.entries().front().what->name());
    const bool whole = !s.begun && s.ahead.empty() && s.options.level == isolation::read_committed &&
                       !s.options.read_only && s.connection->home().limits_of_transaction().empty();
    auto b = whole ? std::make_unique<batch>() : s.next_batch();
    s.begun = true;
    const auto first = b->commands.size();
    s.load(statements, *b);
    if (!whole)
        b->commands.push_back(command::plain("COMMIT"));
    co_await s.run_with_commit(b);
    if (!whole)
        check_committed(*b);
    s.unload(*b, first, statements);
    s.over();
}

task<void> transaction::commit()
{
    auto& s = *state_;
    if (s.where == state::phase::finished)
        co_return;
    s.refuse_if_over("COMMIT");
    if (s.held) {
        s.asked = true;
        co_return;
    }
    if (!s.begun) {
        s.over();
        co_return;
    }
    auto b = s.next_batch();
    b->commands.push_back(command::plain("COMMIT"));
    co_await s.run_with_commit(b);
    check_committed(*b);
    s.over();
}

task<void> transaction::rollback()
{
    auto& s = *state_;
    if (s.where == state::phase::finished)
        co_return;
    const bool needed = s.begun && s.where != state::phase::lost && !s.connection->link().broken();
    if (needed) {
        auto b = std::make_unique<batch>();
        b->commands.push_back(command::plain("ROLLBACK"));
        s.where = state::phase::lost;
        try {
            co_await s.connection->run(b, s.until);
        } catch (const error&) {
            // The pool rolls back what comes back unfinished, or closes it.
        }
    }
    s.over();
}

bool transaction::finished() const noexcept
{
    return state_->where == state::phase::finished;
}

task<void> transaction_access::begin_again(transaction& tx)
{
    auto& s = *tx.state_;
    if (s.held) { // its COMMIT has not gone out: it goes on
        s.asked = false;
        co_return;
    }
    auto lent = s.home->acquire_idle(s.until);
    if (!lent)
        lent = co_await s.home->acquire(s.until);
    s.take(std::move(lent));
    s.begun = false;
    s.where = transaction::state::phase::open;
}

task<void> begin_again(transaction& tx)
{
    return transaction_access::begin_again(tx);
}

task<void> transaction::open_savepoint()
{
    state_->refuse_if_over("SAVEPOINT");
    state_->ahead.push_back(savepoint_command);
    co_return;
}

task<void> transaction::release_savepoint()
{
    auto& s = *state_;
    s.refuse_if_over("RELEASE SAVEPOINT");
    if (!s.ahead.empty() && s.ahead.back() == savepoint_command)
        s.ahead.pop_back(); // nothing happened in it
    else
        s.ahead.push_back(release_command);
    co_return;
}

task<void> transaction::rollback_to_savepoint()
{
    auto& s = *state_;
    if (s.where == state::phase::lost || s.where == state::phase::finished)
        co_return; // nothing is left to return to
    if (!s.ahead.empty() && s.ahead.back() == savepoint_command) {
        s.ahead.pop_back();
        co_return;
    }
    s.where = state::phase::open;
    s.ahead.push_back(rollback_to_command);
    s.ahead.push_back(release_command);
}

task<connection*> transaction_access::begun(transaction& tx)
{
    auto& s = *tx.state_;
    s.refuse_if_over("COPY");
    if (!s.begun || !s.ahead.empty()) {
        auto b = s.next_batch();
        co_await s.run(b);
    }
    co_return &s.connection->link();
}

std::unique_ptr<pooled_connection> transaction_access::take(transaction& unused)
{
    auto& s = *unused.state_;
    s.refuse_if_over("A statement");
    s.where = transaction::state::phase::finished;
    return std::move(s.connection);
}

void transaction_access::hold_commit(transaction& tx) noexcept
{
    tx.state_->held = true;
    tx.state_->asked = false;
}

bool transaction_access::release_commit(transaction& tx) noexcept
{
    tx.state_->held = false;
    return tx.state_->asked;
}

void hold_commit(transaction& tx) noexcept
{
    transaction_access::hold_commit(tx);
}

bool release_commit(transaction& tx) noexcept
{
    return transaction_access::release_commit(tx);
}

deadline transaction_access::until(const transaction& tx) noexcept
{
    return tx.state_->until;
}

} // namespace lightdash::pg
